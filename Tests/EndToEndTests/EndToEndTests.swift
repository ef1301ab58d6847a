internal import Testing

/// The loop on real Envoys, seen from outside. One mesh at a time: two cores hold no more.
@Suite(.serialized)
struct EndToEndTests {}

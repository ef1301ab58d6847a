/// Which field of a request a name in a Sigma rule stands for.
package enum FieldMap {
  /// Most rules that ask for the query put a path into it, so the query's names stand for the whole
  /// path with its query.
  private static let names: [String: RequestField] = [
    "cs-method": .method,
    "cs-uri": .path,
    "cs-uri-query": .path,
    "c-uri-query": .path,
    "cs-uri-stem": .pathOnly,
    "c-uri-stem": .pathOnly,
    "c-uri": .uri,
    "c-uri-extension": .pathExtension,
    "cs-host": .authority,
    "r-dns": .authority,
    "cs-user-agent": .userAgent,
    "c-useragent": .userAgent,
    "cs-referer": .referer,
    "cs-referrer": .referer,
    "sc-status": .status,
    "c-ip": .clientAddress,
    "src_ip": .clientAddress,
    "dst_ip": .destinationAddress,
    "cs-username": .userName,
    "cs-cookie": .cookie,
    "cs-content-type": .contentType,
    "cs-bytes": .requestBytes,
    "sc-bytes": .responseBytes,
  ]

  package static func field(named name: String) -> RequestField? { names[name] }

  /// In the order of the alphabet, for messages and documents.
  package static var known: [String] { names.keys.sorted() }
}

internal import ActuatorsXDS
internal import MeshModel
internal import Testing

struct EnvoyAdminTests {
  @Test(
    "an Envoy without any filter of ours holds none of our actions; other refusals tell nothing")
  func noFilters() {
    let text = "ecds_filters not found in config dump"
    #expect(EnvoyAdmin.actions(status: 404, body: Array(text.utf8)) == [])
    #expect(EnvoyAdmin.actions(status: 404, body: Array("no such page".utf8)) == nil)
  }

  @Test("the actions of all filters are read from a configuration dump")
  func actions() {
    let dump = """
      {"configs": [
        {"@type": "x", "ecds_filter": {"name": "flyball.rbac", "typed_config": {"rules":
          {"policies": {"fb-000000000001": {}, "fb-000000000001.outbound": {}, "other": {}}}}}},
        {"ecds_filter": {"typed_config": {"descriptors": [{"entries": [{"key": "fb-000000000002"}]}]}}},
        {"ecds_filter": {"typed_config": {}}}, {},
        {"ecds_filter": {"typed_config": {"matcher": {"matcher_list": {"matchers": [
          {"predicate": {}, "on_match": {"action": {"name": "fb-000000000003.outbound"}}},
          {"predicate": {}, "on_match": {"matcher": {"matcher_tree": {"exact_match_map": {"map": {
            "a": {"matcher": {"matcher_list": {"matchers": [
              {"predicate": {}, "on_match": {"action": {"name": "fb-000000000004"}}}]}}},
            "b": {"action": {"name": "fb-000000000005"}}}}}}}}]},
          "on_no_match": {"action": {"name": "allow"}}}}}},
        {"ecds_filter": {"typed_config": {"shadow_rules": {"policies": {"fb-000000000006": {}}},
          "shadow_matcher": {"matcher_list": {"matchers": [
            {"on_match": {"action": {"name": "fb-000000000007"}}}]}}}}},
        {"ecds_filter": {"typed_config": {"default_source_code": {"inline_string":
          "x[\\"spiffe://a/b\\"] = {action = \\"fb-000000000008\\", cluster = \\"d\\"}"}}}}
      ]}
      """
    #expect(
      EnvoyAdmin.actions(status: 200, body: Array(dump.utf8))
        == Set((1...8).map { ActionID(number: $0) }))
    #expect(EnvoyAdmin.actions(status: 200, body: Array("{}".utf8)) == [])
    #expect(EnvoyAdmin.actions(status: 200, body: Array("not json".utf8)) == nil)
    #expect(EnvoyAdmin.actions(status: 503, body: Array("{}".utf8)) == nil)
  }
}

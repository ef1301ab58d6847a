internal import Access
internal import Testing

struct EntranceTests {
  @Test("a page and a form want what the operation of the same name does")
  func pages() {
    #expect(Entrance(method: "GET", path: "/") == .page(.status))
    #expect(Entrance(method: "GET", path: "/graph") == .page(.services))
    #expect(Entrance(method: "GET", path: "/audit") == .page(.history))
    #expect(Entrance(method: "GET", path: "/actions/fb-1") == .page(.action))
    #expect(Entrance(method: "POST", path: "/actions/fb-1/approve") == .page(.approve))
    #expect(Entrance(method: "POST", path: "/pause") == .page(.pause))
    for operation in Operation.allCases {
      let path = operation.path.replacing("{id}", with: "fb-1")
      let method = operation.method.rawValue
      #expect(Entrance(method: method, path: path) == .api(operation))
      #expect(Entrance(method: method, path: String(path.dropFirst(3))) == .page(operation))
    }
  }

  @Test("only the login and single files of assets are open, and what is not listed is not served")
  func open() {
    for path in ["/login", "/login/oidc", "/login/callback", "/assets/a.css", "/assets/a_b-1.mjs"] {
      #expect(Entrance(method: "GET", path: path) == .open)
    }
    #expect(Entrance(method: "POST", path: "/login") == .open)
    #expect(Entrance(method: "POST", path: "/logout") == .logout)
    for path in [
      "", "/assets/", "/assets/.env", "/assets/..", "/assets/a/b", "/assets/%2e%2e", "/assets/a\0",
      "/assets/é", "/asset/a", "/login/", "/Login", "/login/x", "//", "/v1", "/v1/",
      "/v1/v1/status",
      "/assets/" + String(repeating: "a", count: 200), "/actions/a/b", "/logout",
    ] {
      #expect(Entrance(method: "GET", path: path) == .unknown, "\(path.prefix(40))")
    }
    for path in ["/", "/graph", "/assets/a.css", "/login/callback", "/status"] {
      #expect(Entrance(method: "POST", path: path) == .unknown)
      #expect(Entrance(method: "PUT", path: path) == .unknown)
      #expect(Entrance(method: "HEAD", path: path) == .unknown)
    }
  }

  @Test("what changes something comes from a page of its own, or from no browser")
  func origins() {
    let hosts = HostList(["flyball.example"], port: 8_443)
    func isOwn(_ origins: [String], _ sites: [String]) -> Bool {
      RequestOrigin(origins: origins, fetchSites: sites).isOwn(hosts, isSecure: true)
    }
    #expect(isOwn([], []) && isOwn(["https://flyball.example"], ["same-origin"]))
    #expect(isOwn([], ["none"]) && isOwn(["https://flyball.example:8443"], []))
    for site in ["cross-site", "same-site", "", "Same-Origin", "x"] {
      #expect(!isOwn(["https://flyball.example"], [site]) && !isOwn([], [site]))
    }
    for origin in ["null", "", "https://evil.example", "http://flyball.example"] {
      #expect(!isOwn([origin], []) && !isOwn([origin], ["same-origin"]))
    }
    #expect(!isOwn(["https://flyball.example", "https://flyball.example"], []))
    #expect(!isOwn([], ["none", "none"]))
  }
}

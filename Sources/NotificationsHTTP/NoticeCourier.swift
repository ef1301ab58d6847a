internal import Access
internal import CurlHTTP
package import MeshModel
package import Notifications
internal import Signals

/// Brings notices to one receiver, over one connection.
///
/// Addresses and secrets are read from their files at each attempt, so one that is replaced counts at
/// once. Redirects are not followed.
package struct NoticeCourier: Sendable {
  /// How an attempt went, and what an operator may want to know of it.
  package struct Answer: Sendable {
    package let outcome: SendOutcome
    package let text: String
  }

  private let receiver: NoticeReceiver
  /// The Alertmanager whose silences hold for it.
  private let silencer: NoticeReceiver?
  private let source: String
  private let http = HTTPConnection(to: .configured)
  private let silencerHTTP = HTTPConnection(to: .configured)

  package init(to receiver: NoticeReceiver, of terms: NotificationTerms) {
    self.receiver = receiver
    silencer = terms.receivers.first { $0.name == receiver.silencedBy }
    source = terms.source
  }

  /// Throws when the task is cancelled, and nothing else.
  package func deliver(
    _ notice: Notice, at now: Timestamp
  ) async throws(CancellationError) -> Answer {
    if try await isSilenced(notice) { return Answer(outcome: .silenced, text: "silenced") }
    return try await send(notice, at: now)
  }

  /// Whatever is silenced.
  package func send(
    _ notice: Notice, at now: Timestamp
  ) async throws(CancellationError) -> Answer {
    let request: HTTPRequest
    do throws(SecretFileError) {
      request = try self.request(for: notice, at: now)
    } catch {
      return Answer(outcome: .unreachable, text: error.description)
    }
    do {
      let response = try await http.send(request)
      let shown = ShownText.line(response.text, bytes: 256)
      return Answer(
        outcome: .answered(
          status: response.status,
          retryAfterSeconds: response.headers["retry-after"].flatMap { Int($0) }),
        text: "status \(response.status)" + (shown.isEmpty ? "" : ": \(shown)"))
    } catch let error as HTTPError {
      return Answer(outcome: .unreachable, text: error.description)
    } catch {
      throw CancellationError()
    }
  }

  private func request(
    for notice: Notice, at now: Timestamp
  ) throws(SecretFileError) -> HTTPRequest {
    let worded = receiver.wording.applied(to: notice)
    let body = try format.request(for: worded, at: now)
    return try receiver.request(
      "POST", receiver.method == .alertmanager ? "/api/v2/alerts" : "", query: "",
      headers: body.headers.map { "\($0.name): \($0.value)" }, body: body.body)
  }

  private var format: NoticeFormat {
    get throws(SecretFileError) {
      switch receiver.method {
      case .alertmanager: .alertmanager
      case .slack: .slack
      case .cloudEvents: .cloudEvents(source: source)
      case .standardWebhooks(let file): .standardWebhooks(try SecretFile.keys(in: file))
      }
    }
  }

  /// Whether each alert of the notice is silenced. No word of it is no silence.
  private func isSilenced(_ notice: Notice) async throws(CancellationError) -> Bool {
    guard let silencer else { return false }
    do {
      let request = try silencer.request(
        "GET", "/api/v2/alerts", query: AlertQuery.query(of: notice))
      let response = try await silencerHTTP.send(request)
      return response.status == 200 && AlertQuery.isSilenced(notice, in: response.body)
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      return false
    }
  }
}

extension NoticeReceiver {
  fileprivate func request(
    _ method: String, _ path: String, query: String, headers: [String] = [],
    body: [UInt8]? = nil
  ) throws(SecretFileError) -> HTTPRequest {
    let address =
      switch place {
      case .address(let address): address
      case .file(let file): try SecretFile.address(in: file)
      }
    var headers = headers
    if let tokenFile {
      headers.append("authorization: Bearer \(try SecretFile.token(in: tokenFile))")
    }
    return HTTPRequest(
      method: method, url: address.url(path, query: query), headers: headers, body: body,
      tls: roots.map { HTTPRequest.ClientTLS(roots: $0) }, timeoutMilliseconds: 5_000,
      maximumBytes: 1 << 20)
  }
}

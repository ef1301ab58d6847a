internal import GzipFile
internal import Replay
internal import Telemetry

/// Plays a recorded file.
struct Recording {
  let path: String

  /// Gives every frame in turn, and shows the progress under a title, if there is one. A damaged or
  /// cut off file is played as far as it goes, and what is wrong with it comes back.
  func play(
    _ title: String?, _ take: (RecordingFrame) async throws -> Void
  ) async throws -> String? {
    let file: GzipReader
    do {
      file = try GzipReader(path: path)
    } catch {
      throw CommandFailure(message: error.description, exitCode: 2)
    }
    let progress = title.map { Progress($0) }
    defer { progress?.end() }
    var reader = RecordingReader()
    var frames = 0
    do {
      while case let bytes = try file.read(upTo: 1 << 18), !bytes.isEmpty {
        reader.append(bytes)
        while let frame = try reader.next() {
          try await take(frame)
          frames += 1
        }
        progress?.show(
          share: Double(file.position) / Double(max(1, file.fileBytes)), "\(frames) messages")
      }
      return reader.isAtEnd
        ? nil : "the recording was cut off in the middle of a message"
    } catch let error as GzipError where frames > 0 {
      return error.description
    } catch let error as RecordingError where error != .notARecording {
      return error.description
    } catch let error as RecordingError {
      throw CommandFailure(message: "\(path): \(error)", exitCode: 2)
    } catch let error as GzipError {
      throw CommandFailure(message: error.description, exitCode: 2)
    } catch let error as ReplayError {
      throw CommandFailure(message: "\(path): \(error)", exitCode: 2)
    }
  }
}

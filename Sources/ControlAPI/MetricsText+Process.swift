internal import Foundation
internal import Glibc

extension MetricsText {
  /// What Linux tells of this process, under the names of Prometheus' own clients; see proc(5).
  mutating func addProcess() {
    // Without /proc there is nothing to tell.
    guard let stat = try? String(contentsOfFile: "/proc/self/stat", encoding: .utf8),
      let end = stat.lastIndex(of: ")")
    else { return }
    let fields = stat[end...].split(separator: " ").dropFirst().map { Double($0) ?? 0 }
    let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
    // The first of these fields is the third of the file.
    guard fields.count > 21 else { return }
    add(
      "process_cpu_seconds_total", "counter", "Processor time, of the user and of the system.",
      (fields[11] + fields[12]) / ticks)
    add(
      "process_resident_memory_bytes", "gauge", "Resident memory.",
      fields[21] * Double(sysconf(Int32(_SC_PAGESIZE))))
    // A folder that cannot be read is left out.
    if let open = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count {
      add("process_open_fds", "gauge", "Open files.", Double(open))
    }
    var limit = rlimit()
    if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
      add("process_max_fds", "gauge", "Files that may be open.", Double(limit.rlim_cur))
    }
  }
}

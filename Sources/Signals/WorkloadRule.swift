/// One way from labels to a workload. Only labels count: titles and texts hold what attackers write.
package enum WorkloadRule: Hashable, Sendable {
  /// The label is a SPIFFE ID.
  case identity(label: String)
  /// The pod's workload, from the identities that its proxies showed.
  case pod(namespace: String, pod: String)
  case serviceAccount(namespace: String, account: String)
  case template(LabelTemplate)

  /// The labels that are in use for this in Kubernetes, Istio and Falco.
  package static let builtIn: [WorkloadRule] = [
    .identity(label: "spiffe_id"),
    .identity(label: "spiffe"),
    .pod(namespace: "namespace", pod: "pod"),
    .pod(namespace: "exported_namespace", pod: "exported_pod"),
    .pod(namespace: "k8s.ns.name", pod: "k8s.pod.name"),
    .serviceAccount(namespace: "namespace", account: "service_account"),
    .serviceAccount(namespace: "namespace", account: "serviceaccount"),
  ]
}

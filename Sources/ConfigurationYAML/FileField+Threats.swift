extension FileField {
  static let threats: [FileField] = [
    FileField(
      "threats", "mapping",
      "Feeds of indicators: addresses, names, URLs, agents and fingerprints of attackers."),
    FileField(
      "threats.folder", "path", example: "feeds",
      "Where what was fetched is kept; the history's with .feeds where it is left out."),
    FileField(
      "threats.never", "list of addresses, blocks and names", standard: "[]",
      example: "[192.0.2.0/24]",
      "What no feed can have cut, beside the mesh's own names, addresses of this file, and protected"
        + " clients: above all your own public addresses."),
    FileField(
      "threats.allowAddresses", "list of addresses and blocks", standard: "[]",
      example: "[127.0.0.0/8]",
      "Addresses of this machine's own networks that feeds may be fetched from."),
    FileField("threats.feeds", "list", required: true, "Each is fetched, read and held by itself."),
    FileField(
      "threats.feeds[].name", "small letters, digits and -", required: true, example: "blocklist",
      "Its name in logs, metrics and policies."),
    FileField(
      "threats.feeds[].kind", "list, stix, taxii or misp", required: true, example: "list",
      "What it is."),
    FileField(
      "threats.feeds[].url", "address", example: "https://feeds.shop.demo/list.txt",
      "Where it is fetched from; a feed has either url or file."),
    FileField("threats.feeds[].file", "path", example: "list.txt", "Where it is on this machine."),
    FileField(
      "threats.feeds[].collection", "text", example: "blocklist",
      "Of taxii: its collection, by id, alias or title."),
    FileField(
      "threats.feeds[].every", "time from 60s to 168h", standard: "1h", example: "2h",
      "How often it is fetched."),
    FileField(
      "threats.feeds[].within", "time of at most 1h", standard: "60s", example: "90s",
      "How long a fetch may take."),
    FileField(
      "threats.feeds[].confidence", "number from 0 to 100", standard: "50", example: "80",
      "Of entries that state none."),
    FileField(
      "threats.feeds[].expires", "time", standard: "168h", example: "48h",
      "How long an entry counts that states no end; at least twice every."),
    FileField(
      "threats.feeds[].maxEntries", "number from 1 to 1,000,000", standard: "100000",
      example: "5000", "How many entries of it are held; of all feeds together at most 1,000,000."),
    FileField(
      "threats.feeds[].ca", "path", example: "roots.pem",
      "Who must have issued its certificate, in PEM; the system's roots where it is left" + " out."),
    FileField(
      "threats.feeds[].credentials", "mapping",
      "What is shown to it: bearer, basic, or header and file."),
    FileField(
      "threats.feeds[].credentials.bearer", "path", example: "secret", "A file with a bearer token."
    ),
    FileField(
      "threats.feeds[].credentials.basic", "path", example: "secret",
      "A file with a name and a password, with a colon between them."),
    FileField(
      "threats.feeds[].credentials.header", "name of a header", example: "X-Api-Key",
      "Which header holds the secret."),
    FileField(
      "threats.feeds[].credentials.file", "path", example: "secret", "A file with that secret."),
    FileField("threats.feeds[].list", "mapping", "Of list: how its lines are read."),
    FileField(
      "threats.feeds[].list.content", "targets, agents or fingerprints", standard: "targets",
      example: "agents", "What stands there; targets are addresses, blocks, names and URLs."),
    FileField(
      "threats.feeds[].list.subdomains", "true or false", standard: "false", example: "true",
      "Whether a name stands for those below it, too."),
    FileField(
      "threats.feeds[].list.column", "number from 1 to 64", example: "2",
      "Which column holds it; the whole line where it is left out."),
    FileField(
      "threats.feeds[].list.separator", "comma, semicolon, tab or blanks", standard: "comma",
      example: "tab", "What is between columns."),
    FileField(
      "threats.feeds[].list.header", "true or false", standard: "false", example: "true",
      "Whether the first line names the columns."),
  ]
}

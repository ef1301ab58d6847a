extension FileField {
  static let threats =
    [
      FileField("threats", "mapping", "What feeds say of attackers."),
      FileField(
        "threats.folder", "path", example: "feeds",
        "Where the last good version of each feed is kept; the history's with .feeds where it is"
          + " left out."),
      FileField(
        "threats.never", "list of names, addresses and blocks", standard: "[]",
        example: "[example.org, 198.51.100.0/24]",
        "What no feed can have cut, beside reserved addresses, the mesh's own names and"
          + " limits.protectedClients."),
      FileField(
        "threats.allowAddresses", "list of addresses and blocks", standard: "[]",
        example: "[10.0.0.0/8]", "Private addresses that feeds may be fetched from."),
      FileField("threats.feeds", "list", required: true, "The feeds, 256 at most."),
      FileField(
        "threats.feeds[].name", "small letters, digits and -", required: true, example: "cti",
        "The feed's name in logs, metrics, detections and policies."),
      FileField(
        "threats.feeds[].kind", "list, stix, taxii or misp", required: true, example: "list",
        "How it is written: lines or columns, one STIX 2.1 bundle, a collection of a TAXII 2.1"
          + " server, or a MISP feed with its manifest."),
    ] + place + terms + list

  private static let place = [
    FileField(
      "threats.feeds[].url", "http or https address", example: "https://feeds.example/list.txt",
      "Where it is fetched; of a TAXII server its discovery or an API root. Either this or file."),
    FileField(
      "threats.feeds[].file", "path", example: "listed.txt", "The file that it is read from."),
    FileField(
      "threats.feeds[].collection", "text", example: "Attackers",
      "Of a TAXII server: the collection's id, alias or title."),
    FileField(
      "threats.feeds[].ca", "path", example: "roots.pem",
      "Who must have issued the server's certificate, in PEM; the system's roots where it is left"
        + " out."),
    FileField(
      "threats.feeds[].credentials", "mapping",
      "What lets us in, over https only: bearer, basic, or header and file. Each names a file,"
        + " whose first line is read for every fetch."),
    FileField(
      "threats.feeds[].credentials.bearer", "path", example: "secret", "A file with a token."),
    FileField(
      "threats.feeds[].credentials.basic", "path", example: "secret",
      "A file with user:password."),
    FileField(
      "threats.feeds[].credentials.header", "text", example: "Auth-Key",
      "The name of a header that bears what file holds."),
    FileField(
      "threats.feeds[].credentials.file", "path", example: "secret", "A file with its value."),
  ]

  private static let terms = [
    FileField(
      "threats.feeds[].every", "time from 60s to 168h", standard: "1h", example: "15m",
      "How often it is fetched."),
    FileField(
      "threats.feeds[].within", "time to 1h", standard: "60s", example: "30s",
      "How long one fetch may take."),
    FileField(
      "threats.feeds[].confidence", "whole number from 0 to 100", standard: "50", example: "90",
      "Of entries that bring none."),
    FileField(
      "threats.feeds[].expires", "time to 8784h", standard: "168h", example: "48h",
      "How long entries hold that bring no end; it moves on while the feed lists them."),
    FileField(
      "threats.feeds[].maxEntries", "whole number from 1 to 1000000", standard: "100000",
      example: "200000",
      "A version with more has grown past its limit, and is not held. Those of all feeds together"
        + " are 1000000 at most."),
  ]

  private static let list = [
    FileField("threats.feeds[].list", "mapping", "How a list is written."),
    FileField(
      "threats.feeds[].list.content", "targets, agents or fingerprints", standard: "targets",
      example: "agents",
      "Targets are addresses, blocks, names and URLs, told apart by their form."),
    FileField(
      "threats.feeds[].list.subdomains", "true or false", standard: "false", example: "true",
      "Whether a name stands for all below it, too."),
    FileField(
      "threats.feeds[].list.column", "whole number from 1 to 64", example: "2",
      "Which column holds the value; the whole line where it is left out."),
    FileField(
      "threats.feeds[].list.separator", "comma, semicolon, tab or blanks", standard: "comma",
      example: "tab", "What is between columns."),
    FileField(
      "threats.feeds[].list.header", "true or false", standard: "false", example: "true",
      "Whether the first line names the columns."),
  ]
}

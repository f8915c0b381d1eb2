package dev.triptych.models.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.triptych.models.hub.HubException.Problem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What the hub says of a revision: its commit and its files, from {@code
 * /api/models/NAME/revision/REVISION?blobs=true}.
 *
 * @param commit 40 hexadecimal digits
 * @param files in the hub's order
 */
record Listing(String commit, List<Sibling> files) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int MOST_FILES = 10_000;

  /** Names that Windows keeps for devices. */
  private static final String DEVICE = "(?i)(con|prn|aux|nul|com\\d|lpt\\d)(\\..*)?";

  /**
   * A file.
   *
   * @param name relative to the model's folder, checked: it never leaves it
   * @param size in bytes, if the hub says it
   * @param digest SHA-256 of a large file or git's SHA-1 of a small one, if the hub says it
   */
  record Sibling(String name, OptionalLong size, Optional<String> digest) {}

  /**
   * Reads the answer.
   *
   * @throws HubException if it is not what a hub answers, or names a file outside of the folder
   */
  static Listing parse(byte[] json, String repo) throws HubException {
    JsonNode root;
    try {
      root = JSON.readTree(json);
    } catch (IOException e) {
      throw wrong(repo, "it is not JSON");
    }
    String commit = root == null ? "" : root.path("sha").asText();
    if (!HubName.isCommit(commit)) {
      throw wrong(repo, "it names no commit");
    }
    JsonNode siblings = root.path("siblings");
    if (!siblings.isArray() || siblings.size() > MOST_FILES) {
      throw wrong(repo, "it has no files, or more than " + MOST_FILES);
    }
    List<Sibling> files = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (JsonNode one : siblings) {
      Sibling file = sibling(one, repo);
      if (!names.add(file.name.toLowerCase(Locale.ROOT))) {
        throw wrong(repo, "it names " + file.name + " twice, or differing only in case");
      }
      files.add(file);
    }
    for (String name : names) {
      for (int slash = name.indexOf('/'); slash > 0; slash = name.indexOf('/', slash + 1)) {
        if (names.contains(name.substring(0, slash))) {
          throw wrong(repo, name.substring(0, slash) + " is both a file and a folder");
        }
      }
    }
    return new Listing(commit, List.copyOf(files));
  }

  private static Sibling sibling(JsonNode one, String repo) throws HubException {
    String name = one.path("rfilename").isTextual() ? one.path("rfilename").textValue() : "";
    if (!stays(name)) {
      throw wrong(repo, "it names the file \"" + shown(name) + "\"");
    }
    JsonNode large = one.path("lfs");
    JsonNode size = large.path("size").isNumber() ? large.path("size") : one.path("size");
    if (size.isNumber() && (!size.canConvertToLong() || size.longValue() < 0)) {
      throw wrong(repo, "the size of " + name + " is impossible");
    }
    String digest = large.path("sha256").asText(large.path("oid").asText(""));
    if (large.isMissingNode() || large.isNull()) {
      digest = one.path("blobId").asText("");
    }
    return new Sibling(
        name,
        size.isNumber() ? OptionalLong.of(size.longValue()) : OptionalLong.empty(),
        Optional.of(digest).filter(Checksum::isDigest));
  }

  /** Says whether a file of this name lies inside of any folder on any system. */
  static boolean stays(String name) {
    if (name.isEmpty() || name.length() > 1000 || name.chars().anyMatch(Listing::odd)) {
      return false;
    }
    for (String part : name.split("/", -1)) {
      if (part.isEmpty()
          || part.equals(".")
          || part.equals("..")
          || part.length() > 200
          || part.endsWith(".")
          || part.endsWith(" ")
          || part.matches(DEVICE)) {
        return false;
      }
    }
    return true;
  }

  private static boolean odd(int character) {
    return Character.isISOControl(character)
        || Character.isSurrogate((char) character)
        || "\\:*?\"<>|".indexOf(character) >= 0;
  }

  private static String shown(String name) {
    return name.substring(0, Math.min(80, name.length())).replaceAll("\\p{Cntrl}", "?");
  }

  private static HubException wrong(String repo, String what) {
    return new HubException(Problem.LISTING, repo, what);
  }
}

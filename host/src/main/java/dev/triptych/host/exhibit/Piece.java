package dev.triptych.host.exhibit;

import dev.triptych.host.works.MediaKinds;
import dev.triptych.host.works.StoredWork;
import dev.triptych.host.works.WorkRecord;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A work and the name of its file in the folder.
 *
 * @param work the work in the store
 * @param file such as {@code poem.txt}
 */
public record Piece(StoredWork work, String file) {

  /**
   * Names works after the last word of their generator's id and their media type: {@code text.poem}
   * makes {@code poem.txt}; a second one of a name is {@code poem-2.txt}.
   */
  public static List<Piece> name(List<StoredWork> works) {
    Set<String> taken = new HashSet<>();
    List<Piece> pieces = new ArrayList<>();
    for (StoredWork work : works) {
      String id = work.lineage().generator();
      String base = id.substring(id.lastIndexOf('.') + 1);
      String extension = "." + MediaKinds.extension(work.mediaType());
      String file = base + extension;
      for (int i = 2; !taken.add(file); i++) {
        file = base + "-" + i + extension;
      }
      pieces.add(new Piece(work, file));
    }
    return pieces;
  }

  /** Returns this piece as JSON-like maps, its file named as given. */
  public Map<String, Object> json(String fileName) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("generator", work.lineage().generator());
    json.put("mediaType", work.mediaType());
    json.put("file", fileName);
    json.put("sha256", work.id());
    json.put("record", work.record());
    json.put("lineage", WorkRecord.json(work.lineage()));
    return json;
  }
}

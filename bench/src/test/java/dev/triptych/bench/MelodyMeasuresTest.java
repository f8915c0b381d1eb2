package dev.triptych.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MelodyMeasuresTest {

  @Test
  void equalMusPy() throws Exception {
    int compared = 0;
    try (InputStream golden = getClass().getResourceAsStream("/muspy/golden.json")) {
      for (JsonNode row : new ObjectMapper().readTree(golden)) {
        List<MelodyMeasures.GridNote> notes = new ArrayList<>();
        for (JsonNode note : row.get("notes")) {
          int time = note.get(0).asInt();
          notes.add(new MelodyMeasures.GridNote(time, note.get(1).asInt(), note.get(2).asInt()));
        }
        double entropy = row.get("pitchClassEntropy").asDouble();
        assertEquals(entropy, MelodyMeasures.pitchClassEntropy(notes), 1e-9);
        double scale = row.get("scaleConsistency").asDouble();
        assertEquals(scale, MelodyMeasures.scaleConsistency(notes), 1e-9);
        double groove = row.get("grooveConsistency").asDouble();
        assertEquals(groove, MelodyMeasures.grooveConsistency(notes, row.get("bar").asInt()), 1e-9);
        compared++;
      }
    }
    assertTrue(compared > 10);
  }

  @Test
  void nothingIsNotANumber() {
    assertTrue(Double.isNaN(MelodyMeasures.pitchClassEntropy(List.of())));
    assertTrue(Double.isNaN(MelodyMeasures.scaleConsistency(List.of())));
    assertTrue(Double.isNaN(MelodyMeasures.grooveConsistency(List.of(), 16)));
  }
}

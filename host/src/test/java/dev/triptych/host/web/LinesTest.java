package dev.triptych.host.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

/** What a command prints arrives whole. */
class LinesTest {
  @Test
  void noCharacterIsCutInTwo() throws Exception {
    Lines lines = new Lines();
    PrintStream out = lines.stream("out", true);
    String text = "一𝄞 é\r\u001b[K…\n".repeat(300) + "without an end";
    byte[] bytes = text.getBytes(UTF_8);
    for (int i = 0; i < bytes.length; i += 7) {
      out.write(bytes, i, Math.min(7, bytes.length - i));
    }
    out.flush();
    StringBuilder read = new StringBuilder();
    for (Lines.Line line = lines.poll(0); line != null; line = lines.poll(0)) {
      read.append(new ObjectMapper().readTree(line.json()).get("out").textValue());
    }
    assertEquals(text, read.toString());
  }

  @Test
  void theExitCodeComesThroughAFullQueue() throws Exception {
    Lines lines = new Lines();
    PrintStream out = lines.stream("out", false);
    for (int i = 0; i < 4096; i++) {
      out.println(i);
    }
    lines.exit(5);
    Lines.Line last = null;
    for (Lines.Line line = lines.poll(0); line != null; line = lines.poll(0)) {
      last = line;
    }
    assertTrue(last.last());
    assertEquals("{\"exit\":5}\n", last.json());
  }
}

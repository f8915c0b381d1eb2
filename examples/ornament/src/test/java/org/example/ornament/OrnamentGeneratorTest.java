package org.example.ornament;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.api.Artifact;
import dev.triptych.api.Generator;
import dev.triptych.api.Plan;
import dev.triptych.api.Request;
import dev.triptych.testkit.AssertingHost;
import dev.triptych.testkit.GeneratorContract;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class OrnamentGeneratorTest extends GeneratorContract {
  private static final List<String> COLORS =
      List.of("#101020", "#304060", "#708090", "#a0b0c0", "#f0f0e0");

  @Override
  protected Generator generator() {
    return new OrnamentGenerator();
  }

  @Override
  protected Object part(Artifact work, String part) throws IOException {
    return Ornament.read(work).rings().get(Integer.parseInt(part.substring("ring:".length())) - 1);
  }

  @Test
  void thePlanIsObeyed() throws Exception {
    Document slow = draw(Map.of("palette", COLORS, "tempo", 60, "time", "day"));
    assertEquals(5, rings(slow));
    assertEquals("#f0f0e0", paper(slow));
    Document fast = draw(Map.of("palette", COLORS, "tempo", 144, "time", "night"));
    assertEquals(12, rings(fast));
    assertEquals("#101020", paper(fast));
    Document calm = draw(Map.of("mood", Map.of("arousal", -1)));
    Document wild = draw(Map.of("mood", Map.of("arousal", 1)));
    assertEquals("4", calm.getDocumentElement().getAttribute("data-folds"));
    assertEquals("12", wild.getDocumentElement().getAttribute("data-folds"));
    String glad = shape(draw(Map.of("mood", Map.of("valence", 1))));
    assertNotEquals(glad, shape(draw(Map.of("mood", Map.of("valence", -1)))));
    var paths = fast.getElementsByTagName("g");
    for (int i = 0; i < paths.getLength(); i++) {
      String fill = ((Element) paths.item(i)).getAttribute("fill");
      assertTrue(COLORS.contains(fill) && !fill.equals(paper(fast)), fill);
    }
  }

  private static Document draw(Map<String, Object> plan) throws Exception {
    try (AssertingHost host = AssertingHost.of(new OrnamentGenerator())) {
      Artifact work = host.generate(Request.of("a rosette", Plan.of(plan), 7)).main();
      try (InputStream in = work.open()) {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(in);
      }
    }
  }

  private static int rings(Document svg) {
    return svg.getElementsByTagName("g").getLength();
  }

  private static String paper(Document svg) {
    return ((Element) svg.getElementsByTagName("rect").item(0)).getAttribute("fill");
  }

  private static String shape(Document svg) {
    return ((Element) svg.getElementsByTagName("path").item(0)).getAttribute("d");
  }
}

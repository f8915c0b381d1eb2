package dev.triptych.host.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;

class WishesTest {

  @Test
  void readsKeysAsMusiciansWriteThem() {
    assertKey("Bb", "major", "a march in Bb major");
    assertKey("F#", "minor", "in F sharp minor, please");
    assertKey("F#", "minor", "in F-sharp minor");
    assertKey("E", "minor", "E minor at dusk");
    assertKey("F#", "minor", "升F小调的夜曲");
    assertKey("Eb", "major", "Eb大调");
    assertKey("C", "major", "c大调");
    assertKey(null, "minor", "something in a minor key");
    assertKey(null, "minor", "来一段小调");
    assertKey(null, null, "a minor accident"); // "a" is no tonic, and no key is named
    assertKey(null, null, "春天");
  }

  private static void assertKey(String key, String mode, String text) {
    Wishes wishes = Wishes.of(text);
    assertEquals(key, wishes.key(), text);
    assertEquals(mode, wishes.mode(), text);
  }

  @Test
  void readsTempoWithinWhatAPlanAllows() {
    assertEquals(96, Wishes.of("rain, 96 bpm").tempo());
    assertEquals(96, Wishes.of("rain at BPM: 96").tempo());
    assertEquals(72, Wishes.of("每分钟72拍的雨").tempo());
    assertEquals(132, Wishes.of("快板").tempo());
    assertEquals(66, Wishes.of("an adagio for the sea").tempo());
    assertNull(Wishes.of("999 bpm").tempo());
    assertNull(Wishes.of("10 bpm").tempo());
    assertNull(Wishes.of("120 horses").tempo());
  }

  @Test
  void readsMeterStyleAndForm() {
    assertEquals("6/8", Wishes.of("a jig").meter());
    assertEquals("3/4", Wishes.of("雪中的圆舞曲").meter());
    assertEquals("6/8", Wishes.of("6/8 lullaby").meter());
    assertNull(Wishes.of("on 3/4/2020").meter());
    assertEquals("ink", Wishes.of("水墨江南").style());
    assertEquals("watercolor", Wishes.of("A Watercolour of Venice").style());
    assertEquals("painting", Wishes.of("an oil painting of tea").style());
    assertNull(Wishes.of("a photo on the wall").style());
    assertEquals("wujue", Wishes.of("写一首五绝").form());
    assertEquals("qijue", Wishes.of("关于雪的绝句").form());
    assertEquals("qilv", Wishes.of("七律·长征").form());
    assertEquals("sonnet", Wishes.of("a sonnet on rust").form());
    assertEquals("free", Wishes.of("in free verse").form());
    assertNull(Wishes.of("freedom").form());
  }
}

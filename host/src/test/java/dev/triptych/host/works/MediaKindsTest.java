package dev.triptych.host.works;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MediaKindsTest {
  @Test
  void safetensorsAreKnownByTheirHeader() {
    byte[] file =
        ByteBuffer.allocate(14)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(2)
            .put("{}....".getBytes(UTF_8))
            .array();
    assertEquals(Optional.of("application/safetensors"), MediaKinds.sniff(file));
    assertEquals("safetensors", MediaKinds.extension("application/safetensors"));
    file[0] = 7; // a header longer than the file
    assertEquals(Optional.empty(), MediaKinds.sniff(file));
  }

  @Test
  void picturesHaveTheNamesThatPeopleExpect() {
    assertEquals("jpg", MediaKinds.extension("image/jpeg"));
    assertEquals("tif", MediaKinds.extension("image/tiff"));
    assertEquals("bin", MediaKinds.extension("image/x-unheard-of"));
  }
}

package dev.triptych.it.isolated;

import dev.triptych.api.Descriptor;
import dev.triptych.api.Draft;
import dev.triptych.api.Generator;
import dev.triptych.api.Job;
import dev.triptych.api.Parameter;
import dev.triptych.api.Phrase;
import dev.triptych.api.Request;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/** Does what it is told, such as to end its process by reflection. */
@Component
public final class WaywardGenerator implements Generator {
  private static final Parameter.Choice WAY =
      Parameter.Choice.of(
              "way",
              Phrase.of("how it ends", "怎样结束"),
              "well",
              "prints",
              "mistaken",
              "halt",
              "exit",
              "hoard",
              "hang",
              "large",
              "garbage")
          .initially("well");

  @Override
  public Descriptor descriptor() {
    return Descriptor.of("sample.wayward", Phrase.of("Wayward", "任性"), "text/plain")
        .withSummary(Phrase.of("Ends as it is told.", "按要求结束。"))
        .withParameters(WAY);
  }

  @Override
  public void generate(Request request, Job job) throws Exception {
    job.step(0, "going");
    switch (request.get(WAY)) {
      case "prints" -> System.out.println("this must not reach the pipe");
      case "mistaken" -> throw new IllegalArgumentException("the way is closed");
      case "halt" -> Runtime.class.getMethod("halt", int.class).invoke(Runtime.getRuntime(), 73);
      case "exit" -> System.class.getMethod("exit", int.class).invoke(null, 70);
      case "hoard" -> {
        List<byte[]> all = new ArrayList<>();
        while (true) {
          all.add(new byte[1 << 20]);
        }
      }
      case "hang" -> hang();
      case "large" -> job.draft("text/plain").show(new byte[80 << 20]);
      case "garbage" -> {
        try (FileOutputStream pipe = new FileOutputStream(FileDescriptor.out)) {
          pipe.write(new byte[] {127, 0, 0, 0, 1, 2, 3});
        }
        hang();
      }
      default -> {}
    }
    try (Draft draft = job.draft("text/plain")) {
      draft.append(request.prompt() + " ");
      draft.append("雨 " + request.seed());
      draft.note("way", request.get(WAY)).commit();
    }
  }

  private static void hang() {
    while (true) {
      try {
        Thread.sleep(1_000);
      } catch (InterruptedException e) {
        // it is deaf
      }
    }
  }
}

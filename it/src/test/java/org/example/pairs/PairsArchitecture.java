package org.example.pairs;

import dev.triptych.api.Placement;
import dev.triptych.models.language.Architecture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.osgi.service.component.annotations.Component;

/** Brings a kind of language model: the next word depends on the last one only. */
@Component
public final class PairsArchitecture implements Architecture {
  @Override
  public Set<String> modelTypes() {
    return Set.of("word-pairs");
  }

  @Override
  public PairsModel load(Path folder, Placement placement) throws IOException {
    return PairsModel.load(folder);
  }
}

package dev.triptych.host.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version, as Maven wrote it when the program was built. */
final class Version implements IVersionProvider {
  /** Returns the bare number. */
  static String number() throws IOException {
    return new Version().getVersion()[0].substring("triptych ".length());
  }

  @Override
  public String[] getVersion() throws IOException {
    Properties build = new Properties();
    try (InputStream in = Version.class.getResourceAsStream("build.properties")) {
      build.load(in);
    }
    return new String[] {"triptych " + build.getProperty("version")};
  }
}

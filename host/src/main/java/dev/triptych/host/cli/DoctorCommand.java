package dev.triptych.host.cli;

import dev.triptych.host.Checkup;
import dev.triptych.host.Checkup.Finding;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code triptych doctor}: what is there, what is wrong, and what to do about it. */
@Command(name = "doctor")
final class DoctorCommand implements Callable<Integer> {
  @ParentCommand private TriptychCommand program;

  @Override
  public Integer call() {
    Session session = program.session();
    Messages messages = session.messages();
    List<Finding> findings = new ArrayList<>(Checkup.machine(session.home()));
    try {
      findings.addAll(Checkup.program(session.host()));
    } catch (IOException | RuntimeException | LinkageError e) {
      findings.add(new Finding("start", false, Failures.sentence(e), "start"));
    }
    int wrong = 0;
    for (Finding one : findings) {
      String name =
          messages.bundle().containsKey("doctor." + one.name())
              ? messages.text("doctor." + one.name())
              : one.name();
      session
          .console()
          .out()
          .println((one.good() ? "✓ " : "✗ ") + name + ": " + session.say(one.found()));
      if (!one.good()) {
        wrong++;
        session.console().out().println("  → " + messages.text("doctor.do." + one.remedy()));
      }
    }
    return wrong == 0 ? Main.OK : Main.FAILED;
  }
}

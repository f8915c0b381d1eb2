package dev.triptych.host.cli;

import dev.triptych.api.Plan;
import dev.triptych.host.plan.PlanJson;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code triptych plan PROMPT}: prints the plan, to be edited and given to {@code --plan}. */
@Command(name = "plan")
final class PlanCommand implements Callable<Integer> {
  @ParentCommand private TriptychCommand program;

  @Parameters(paramLabel = "PROMPT", descriptionKey = "prompt")
  private String prompt;

  @Option(names = "--json", descriptionKey = "option.json.plan")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    Session session = program.session();
    String text = Prompts.read(prompt, session.console().in(), session.messages());
    Plan plan = program.host().plan(text);
    session.console().out().println(PlanJson.write(plan).strip());
    return Main.OK;
  }
}

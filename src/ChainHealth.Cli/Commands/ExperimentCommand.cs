using System.CommandLine;

namespace ChainHealth.Cli;

/// <summary>chainhealth experiment poisoning | recovery: the edge program trains, attacks and judges.</summary>
public static class ExperimentCommand
{
    public static Command Create() => new(
        "experiment", "Measure what the checks catch and what they save, in plain arithmetic.\n\nExamples:\n"
        + "  chainhealth experiment poisoning --quick --out results\n"
        + "  chainhealth experiment recovery --datasets wdbc --out results")
    {
        Below("poisoning", "Every attack against the checks: --datasets, --attacks, --fractions, --alphas, --checks, "
            + "--rounds, --seeds, --jobs, --out DIR, --resume, --quick, --encrypted, --report, --json."),
        Below("recovery", "Accuracy clean, poisoned, and poisoned with checks. Takes the same options."),
    };

    private static Command Below(string name, string description) =>
        ProgramCommand.Below(name, ProgramFile.Edge, description, "experiment", name);
}

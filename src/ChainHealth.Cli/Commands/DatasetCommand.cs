using System.CommandLine;

namespace ChainHealth.Cli;

/// <summary>chainhealth dataset list | show | anchors | screen | get: the edge program knows data sets and answers
/// itself.</summary>
public static class DatasetCommand
{
    public static Command Create() => new(
        "dataset", "Look at data sets, or fetch one from its publisher.\n\nExamples:\n  chainhealth dataset list\n"
        + "  chainhealth dataset show pneumoniamnist\n  chainhealth dataset get pneumoniamnist")
    {
        Below("list", "Every data set that is known, and whether it is here. Takes --data DIR and --json."),
        Below("show", "One data set: NAME, then --data DIR and --json."),
        Below("anchors", "A study's public anchors as a file for edge serve --anchors: NAME, then --out FILE."),
        Below("screen", "Train and measure the predictors of poisoned records: --datasets A,B, --out DIR, --json."),
        Below("get", "Download a data set: NAME, then --to DIR. Resumes, and checks the published checksum."),
    };

    private static Command Below(string name, string description) =>
        ProgramCommand.Below(name, ProgramFile.Edge, description, "dataset", name);
}

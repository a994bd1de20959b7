using System.CommandLine;

namespace ChainHealth.Cli;

/// <summary>chainhealth bench smpc | consensus</summary>
public static class BenchCommand
{
    public static Command Create(Terminal terminal) => new("bench", "Measure this machine.")
    {
        BenchSmpcCommand.Create(terminal), BenchConsensusCommand.Create(terminal),
    };
}

using System.CommandLine;

namespace ChainHealth.Cli;

/// <summary>chainhealth bench smpc | aggregate | consensus | agreement | restart | faults | soak</summary>
public static class BenchCommand
{
    public static Command Create(Terminal terminal) => new("bench", "Measure this machine.")
    {
        BenchSmpcCommand.Create(terminal), BenchSmpcCommand.CreateAggregate(terminal),
        BenchConsensusCommand.Create(terminal),
        BenchFaultsCommand.CreateFaults(terminal), BenchFaultsCommand.CreateSoak(terminal),
        ProgramCommand.Below(
            "agreement", ProgramFile.Edge,
            "Train on real records, then compare every encrypted answer on the test splits, and verdicts on honest\n"
            + "and poisoned updates, with the plain ones.\n\nExample:\n"
            + "  chainhealth bench agreement --datasets wdbc,breastmnist --json", "bench-agreement"),
        ProgramCommand.Below(
            "restart", ProgramFile.Node,
            "How long a validator with a long chain takes to stand at its tip again: from its newest snapshot, and\n"
            + "from genesis with the snapshots set aside.\n\nExample:\n"
            + "  chainhealth bench restart --transactions 1000000 --json", "bench-restart"),
    };
}

using System.CommandLine;

namespace ChainHealth.Cli;

/// <summary>chainhealth bench faults | soak</summary>
public static class BenchFaultsCommand
{
    private const string FaultsHelp =
        """
        What faults cost the clients of a chain of real validator processes: kill -9, SIGSTOP, partitions, late
        messages, one after another under load, with default settings. For each: the longest time without an
        acknowledgement while it lasts, from its healing to the next acknowledgement, and until its victims have caught
        up. After each, all validators must hold the same certified blocks and all that was acknowledged.

        Example:
          chainhealth bench faults --validators 4
          chainhealth bench faults --freeze 60 --json
        """;

    private const string SoakHelp =
        """
        Lets a random fault happen every so many seconds, for so many minutes, under load: validators are killed,
        frozen, parted and slowed down. After each fault all validators must hold the same certified blocks and all that
        was acknowledged. Ends with the worst times, and with memory and open files of the validators.

        Example:
          chainhealth bench soak --validators 4 --minutes 5
          chainhealth bench soak --validators 7 --minutes 60 --seed 2 --json
        """;

    public static Command CreateFaults(Terminal terminal)
    {
        Option<int> validators = SharedOptions.Number("--validators", "3f+1: 4, 7, 10, ...", 4);
        Option<int> lasts = SharedOptions.Number("--lasts", "Seconds that a fault lasts.", 6);
        Option<int> freeze = SharedOptions.Number("--freeze", "Seconds that a primary stands still.", 10);
        Option<bool> json = SharedOptions.Json();
        var command = new Command("faults", FaultsHelp) { validators, lasts, freeze, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            DemoChecks.RequireValidators(parsed.GetValue(validators));
            var options = new FaultBenchOptions(
                parsed.GetValue(validators), SharedOptions.Range(parsed, lasts, 1, 600),
                SharedOptions.Range(parsed, freeze, 1, 600));
            bool asJson = parsed.GetValue(json);
            IReadOnlyList<FaultCost> costs = await FaultBench.RunAsync(
                options, cost => Tell(terminal, cost, asJson), cancellation);
            if (asJson)
            {
                terminal.Json(costs);
            }

            return ExitCode.Done;
        });
        return command;
    }

    public static Command CreateSoak(Terminal terminal)
    {
        Option<int> validators = SharedOptions.Number("--validators", "3f+1: 4, 7, 10, ...", 4);
        Option<int> minutes = SharedOptions.Number("--minutes", "How long.", 5);
        Option<int> every = SharedOptions.Number("--every", "Seconds from one fault to the next.", 20);
        Option<int> seed = SharedOptions.Number("--seed", "Chooses the faults.", 1);
        Option<bool> json = SharedOptions.Json();
        var command = new Command("soak", SoakHelp) { validators, minutes, every, seed, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            DemoChecks.RequireValidators(parsed.GetValue(validators));
            var options = new SoakOptions(
                parsed.GetValue(validators), SharedOptions.Range(parsed, minutes, 1, 10_000),
                SharedOptions.Range(parsed, every, 2, 3_600), parsed.GetValue(seed));
            bool asJson = parsed.GetValue(json);
            SoakResult result = await new Soak(options).RunAsync(
                cost => Tell(terminal, cost, asJson), cancellation);
            if (asJson)
            {
                terminal.Json(result);
            }
            else
            {
                Show(terminal, result);
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static void Show(Terminal terminal, SoakResult result)
    {
        terminal.Line(
            $"{result.Faults} faults in {result.Minutes:0.0} minutes, {result.Acknowledged} transactions acknowledged, "
            + "none lost, all validators alike");
        terminal.Line(
            $"worst: {result.GapMsMax:0} ms without an acknowledgement while a fault lasted, "
            + $"{result.ResumedMsMax:0} ms from its healing to the next one, "
            + $"{result.CaughtUpMsMax:0} ms until its victims had caught up");
        terminal.Line(
            $"memory of a validator at most {Figures.Bytes(result.MemoryBytesMax)}; of the one that was never killed "
            + $"{Figures.Bytes(result.MemoryBytesEarly)} in the first third and "
            + $"{Figures.Bytes(result.MemoryBytesLate)} in the last; at most {result.FilesMax} files and sockets open");
    }

    private static void Tell(Terminal terminal, FaultCost cost, bool asJson)
    {
        if (!asJson)
        {
            terminal.Line(
                $"{cost.Fault}: lasted {cost.LastedMs / 1000:0.0} s, longest gap {cost.GapMs:0} ms, resumed "
                + $"{cost.ResumedMs:0} ms after healing, caught up after {cost.CaughtUpMs:0} ms");
        }
    }
}

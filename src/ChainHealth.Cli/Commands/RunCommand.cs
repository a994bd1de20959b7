using System.CommandLine;
using ChainHealth.Client;
using ChainHealth.Federation;
using ChainHealth.Ledger;
using ChainHealth.Primitives;
using Spectre.Console;

namespace ChainHealth.Cli;

/// <summary>chainhealth run start | status | watch | stop</summary>
public static class RunCommand
{
    public static Command Create(Terminal terminal) => new("run", "Training runs of a network.")
    {
        Start(terminal), Status(terminal), Watch(terminal), Stop(terminal),
    };

    private static Command Start(Terminal terminal)
    {
        Option<string> network = SharedOptions.Network(), member = SharedOptions.Member();
        Option<bool> json = SharedOptions.Json();
        var command = new Command(
            "start", "Propose a plan to the hospitals. Every other option goes to the edge program, see "
            + "'chainhealth edge -- start-run --help'.\n\nExample:\n"
            + "  chainhealth run start --network DIR --dataset wdbc --rounds 3")
        {
            network, member, json,
        };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (parsed, cancellation) =>
        {
            string folder = SharedOptions.RequireNetwork(parsed.GetValue(network)!);
            RunId run = await EdgeQuestions.StartRunAsync(
                folder, parsed.GetValue(member)!, parsed.UnmatchedTokens, cancellation);
            if (parsed.GetValue(json))
            {
                terminal.Json(new { Run = run.Value });
            }
            else
            {
                terminal.Line($"run {run} is proposed; follow it: chainhealth run watch {run} --network {folder}");
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static Command Status(Terminal terminal)
    {
        Option<string> network = SharedOptions.Network(), member = SharedOptions.Member();
        Option<bool> json = SharedOptions.Json();
        var number = NumberArgument(false);
        var command = new Command(
            "status", "All runs, or one of them in full.\n\nExamples:\n  chainhealth run status --network DIR\n"
            + "  chainhealth run status 1 --network DIR --json")
        {
            number, network, member, json,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using ChainDoor door = ChainDoor.Open(parsed.GetValue(network)!, parsed.GetValue(member)!);
            IChainClient chain = door.Chain;
            LedgerState state = (await door.NowAsync(cancellation)).State;
            Show(terminal, state, parsed.GetValue(number), parsed.GetValue(json));
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Watch(Terminal terminal)
    {
        Option<string> network = SharedOptions.Network(), member = SharedOptions.Member();
        Option<bool> json = SharedOptions.Json();
        var number = NumberArgument(true);
        var command = new Command(
            "watch", "Follow a run until it has ended.\n\nExample:\n  chainhealth run watch 1 --network DIR")
        {
            number, network, member, json,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using ChainDoor door = ChainDoor.Open(parsed.GetValue(network)!, parsed.GetValue(member)!);
            IChainClient chain = door.Chain;
            var id = new RunId(parsed.GetValue(number)!.Value);
            Find((await door.NowAsync(cancellation)).State, id);
            bool asJson = parsed.GetValue(json);
            var view = new RunView(terminal);
            Action<RunMoment> show = asJson ? _ => { } : view.Show;
            RunMoment end = await view.WhileAsync(new RunFollower(chain, id).FollowAsync(show, cancellation), !asJson);
            RunReport report = RunReporter.Report(end.State, end.Run, end.Traffic);
            Print(terminal, report, asJson);
            return DemoSummary.IsComplete(report) ? ExitCode.Done : ExitCode.Failed;
        });
        return command;
    }

    private static Command Stop(Terminal terminal)
    {
        Option<string> network = SharedOptions.Network(), member = SharedOptions.Member();
        Option<bool> json = SharedOptions.Json();
        var number = NumberArgument(true);
        var reason = new Option<string>("--reason")
        {
            Description = "Kept on the chain.", HelpName = "TEXT", DefaultValueFactory = _ => "stopped by the operator",
        };
        var command = new Command(
            "stop", "End a run before its last round. Only who started it can.\n\nExample:\n"
            + "  chainhealth run stop 1 --network DIR --reason \"wrong data set\"")
        {
            number, reason, network, member, json,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using ChainDoor door = ChainDoor.Open(parsed.GetValue(network)!, parsed.GetValue(member)!);
            IChainClient chain = door.Chain;
            var id = new RunId(parsed.GetValue(number)!.Value);
            Receipt receipt = await chain.SubmitAsync(
                new StopRunBody(id, parsed.GetValue(reason)!), cancellation);
            if (parsed.GetValue(json))
            {
                terminal.Json(new
                {
                    Run = id.Value, Transaction = receipt.Transaction.ToString(), Height = receipt.Height.Value,
                });
            }
            else
            {
                terminal.Line($"run {id} is stopped (block {receipt.Height})");
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static Argument<uint?> NumberArgument(bool required) => new("RUN")
    {
        Description = "Number of the run.",
        Arity = required ? ArgumentArity.ExactlyOne : ArgumentArity.ZeroOrOne,
    };

    private static RunState Find(LedgerState state, RunId id) => state.Runs.TryGetValue(id, out RunState? run)
        ? run
        : throw new UserError(
            $"there is no run {id} at block {state.Height}",
            state.Runs.IsEmpty
                ? "start one: chainhealth run start --network DIR"
                : $"give one of: {string.Join(", ", state.Runs.Keys)}");

    private static void Show(Terminal terminal, LedgerState state, uint? number, bool json)
    {
        if (number is uint one)
        {
            RunState run = Find(state, new RunId(one));
            var traffic = new ConsensusTraffic();
            if (!json)
            {
                terminal.Console.Write(RunTable.Build(state, run, traffic, terminal.Console.Profile.Width));
            }

            Print(terminal, RunReporter.Report(state, run, traffic), json);
            return;
        }

        RunReport[] all = [.. state.Runs.Values.Select(r => RunReporter.Report(state, r, new ConsensusTraffic()))];
        if (json)
        {
            terminal.Json(all);
            return;
        }

        var table = new Table().Border(TableBorder.Rounded);
        table.AddColumns("Run", "Title", "Data set", "Model", "Phase", "Rounds", "Accuracy");
        foreach (RunReport run in all)
        {
            table.AddRow(
                $"{run.Run}", Markup.Escape(run.Title), Markup.Escape(run.Dataset), run.Model, run.End ?? run.Phase,
                $"{run.Rounds.Length}", run.Accuracy is double a ? Figures.Percent(a) : "-");
        }

        terminal.Console.Write(table);
    }

    private static void Print(Terminal terminal, RunReport report, bool json)
    {
        if (json)
        {
            terminal.Json(report);
            return;
        }

        foreach (string line in DemoSummary.Lines(report))
        {
            terminal.Line(line);
        }
    }
}

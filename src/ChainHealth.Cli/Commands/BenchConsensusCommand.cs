using System.CommandLine;
using ChainHealth.Ledger;

namespace ChainHealth.Cli;

/// <summary>chainhealth bench consensus</summary>
public static class BenchConsensusCommand
{
    private const string Help =
        """
        Committed transactions per second and latency of a chain of real validator processes on this machine: TLS,
        signatures and persistence on. A closed loop keeps a number of signed notes in flight.

        Example:
          chainhealth bench consensus --validators 4 --payload 256 --inflight 500 --seconds 10 --json
        """;

    public static Command Create(Terminal terminal)
    {
        Option<int> validators = Number("--validators", "3f+1: 4, 7, 10, ...", 4);
        Option<int> payload = Number("--payload", "Bytes of each note.", 256);
        Option<int> inFlight = Number("--inflight", "Transactions in flight at any moment.", 500);
        Option<int> seconds = Number("--seconds", "How long to measure, after a warm-up.", 10);
        Option<int> senders = Number("--senders", "Members that send, each over its own connections.", 4);
        Option<bool> json = SharedOptions.Json();
        var command = new Command("consensus", Help) { validators, payload, inFlight, seconds, senders, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var options = new ConsensusLoadOptions(
                parsed.GetValue(validators), parsed.GetValue(payload), parsed.GetValue(inFlight),
                parsed.GetValue(seconds), parsed.GetValue(senders));
            Require(options);
            ConsensusLoadResult result = await ConsensusLoad.RunAsync(options, cancellation);
            if (parsed.GetValue(json))
            {
                terminal.Json(result);
            }
            else
            {
                terminal.Line(
                    $"{result.TransactionsPerSecond:0} committed transactions per second, p50 {result.P50Ms:0} ms, p99 "
                    + $"{result.P99Ms:0} ms ({result.Committed} in {result.Seconds:0.0} s, "
                    + $"{result.Validators} validators, {result.Payload} bytes each, {result.InFlight} in flight)");
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static void Require(ConsensusLoadOptions options)
    {
        DemoChecks.RequireValidators(options.Validators);
        RequireRange(options.Payload, 0, NoteBody.BytesMax, "--payload");
        RequireRange(options.InFlight, 1, ConsensusLoadOptions.InFlightMax, "--inflight");
        RequireRange(options.Seconds, 1, ConsensusLoadOptions.SecondsMax, "--seconds");
        RequireRange(options.Senders, 1, ConsensusLoadOptions.SendersMax, "--senders");
    }

    private static void RequireRange(int value, int min, int max, string option)
    {
        if (value < min || value > max)
        {
            throw new UserError($"{option} {value} is out of range", $"give {min} to {max}");
        }
    }

    internal static Option<int> Number(string name, string description, int value) => new(name)
    {
        Description = description,
        HelpName = "N",
        DefaultValueFactory = _ => value,
    };
}

using System.CommandLine;
using ChainHealth.Ledger;

namespace ChainHealth.Cli;

/// <summary>chainhealth bench consensus</summary>
public static class BenchConsensusCommand
{
    private const string Help =
        """
        Committed transactions per second and latency of a chain of real validator processes on this machine: TLS,
        signatures and persistence on. A closed loop keeps a number of payloads in flight; each is done when it stands
        in a block that 2f+1 validators signed. With --unsigned the payloads are opaque: each sender packs those that
        wait into notes of up to 64 KiB under one signature, which is what engines that order unsigned requests compare
        with. With --kill-primary the primary is killed on the way; see longestGapMs. Rate and p50 of each tenth of the
        time show whether the cost of a transaction grows with the chain.

        Example:
          chainhealth bench consensus --validators 4 --payload 256 --inflight 500 --seconds 10 --json
          chainhealth bench consensus --unsigned --inflight 4000
          chainhealth bench consensus --kill-primary --inflight 50
        """;

    public static Command Create(Terminal terminal)
    {
        Option<int> validators = SharedOptions.Number("--validators", "3f+1: 4, 7, 10, ...", 4);
        Option<int> payload = SharedOptions.Number("--payload", "Bytes of each note.", 256);
        Option<int> inFlight = SharedOptions.Number("--inflight", "Transactions in flight at any moment.", 500);
        Option<int> seconds = SharedOptions.Number("--seconds", "How long to measure, after a warm-up.", 10);
        Option<int> senders = SharedOptions.Number("--senders", "Members that send, each over its own connections.", 4);
        var unsigned = new Option<bool>("--unsigned") { Description = "Opaque payloads, packed by their sender." };
        var kill = new Option<bool>("--kill-primary") { Description = "Kill the primary after a third of the time." };
        Option<bool> json = SharedOptions.Json();
        var command = new Command("consensus", Help)
        {
            validators, payload, inFlight, seconds, senders, unsigned, kill, json,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            DemoChecks.RequireValidators(parsed.GetValue(validators));
            var options = new ConsensusLoadOptions(
                parsed.GetValue(validators),
                SharedOptions.Range(parsed, payload, 0, NoteBody.BytesMax),
                SharedOptions.Range(parsed, inFlight, 1, ConsensusLoadOptions.InFlightMax),
                SharedOptions.Range(parsed, seconds, 1, ConsensusLoadOptions.SecondsMax),
                SharedOptions.Range(parsed, senders, 1, ConsensusLoadOptions.SendersMax),
                parsed.GetValue(unsigned), parsed.GetValue(kill));
            ConsensusLoadResult result = await ConsensusLoad.RunAsync(options, cancellation);
            if (parsed.GetValue(json))
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

    private static void Show(Terminal terminal, ConsensusLoadResult result)
    {
        terminal.Line(
            $"{result.TransactionsPerSecond:0} committed payloads per second ({result.Mode}), "
            + $"p50 {result.P50Ms:0.0} ms, p99 {result.P99Ms:0.0} ms ({result.Committed} in {result.Seconds:0.0} s, "
            + $"{result.Validators} validators, {result.Payload} bytes each, {result.InFlight} in flight)");
        terminal.Line(
            $"longest gap between blocks {result.LongestGapMs:0} ms; a validator's memory at most "
            + Figures.Bytes(result.MemoryBytesMax));
        terminal.Line("per second (p50 ms) in each tenth: "
            + string.Join(", ", result.Tenths.Select(t => $"{t.TransactionsPerSecond:0} ({t.P50Ms:0.0})")));
    }
}

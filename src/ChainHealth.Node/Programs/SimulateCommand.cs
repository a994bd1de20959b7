using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using ChainHealth.Client;

namespace ChainHealth.Node;

/// <summary>simulate: clusters of the pure replica under every fault that a seed can draw.</summary>
internal static class SimulateCommand
{
    private const int SeedsMax = 100_000_000;
    private const int MinutesMax = 7 * 24 * 60;
    private static readonly JsonSerializerOptions Shape = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Create()
    {
        var seeds = new Option<int>("--seeds") { Description = "How many", DefaultValueFactory = _ => 1_000 };
        var minutes = new Option<double>("--minutes")
        {
            Description = "Stops after this time", DefaultValueFactory = _ => 60,
        };
        var seed = new Option<ulong?>("--seed")
        {
            Description = "The first seed; without --seeds that one alone, with its transcript",
        };
        var threads = new Option<int>("--threads")
        {
            Description = "Runs side by side", DefaultValueFactory = _ => Environment.ProcessorCount,
        };
        var json = new Option<bool>("--json") { Description = "The result as JSON" };
        var parent = new Option<int?>("--parent-pid") { Description = "Ends when this process is gone", Hidden = true };
        var command = new Command(
            "simulate", "run seeded clusters under loss, partitions, crashes and lies, and check every invariant")
        {
            seeds, minutes, seed, threads, json, parent,
        };
        command.SetAction((r, _) =>
        {
            using var life = new ProgramLife(r.GetValue(parent));
            bool isOne = r.GetValue(seed) is not null && r.GetResult(seeds) is null or { Implicit: true };
            return Task.FromResult(isOne && r.GetValue(seed) is { } one
                ? Replay(one)
                : Run(r.GetValue(seed) ?? 1, r.GetValue(seeds), r.GetValue(minutes), r.GetValue(threads),
                    r.GetValue(json), life.Stopping));
        });
        return command;
    }

    private static int Run(
        ulong first, int seeds, double minutes, int threads, bool json, CancellationToken stopping)
    {
        string? fault = seeds is < 1 or > SeedsMax ? $"--seeds {seeds} is out of range: give 1 to {SeedsMax}"
            : minutes is not (> 0 and <= MinutesMax) ? $"--minutes {minutes} is out of range: give up to {MinutesMax}"
            : threads is < 1 or > 256 ? $"--threads {threads} is out of range: give 1 to 256"
            : null;
        if (fault is not null)
        {
            Console.Error.WriteLine($"error: {fault}");
            return 1;
        }

        CampaignResult result = new Campaign(first, seeds, TimeSpan.FromMinutes(minutes), threads).Run(stopping);
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(result, Shape));
        }
        else
        {
            Show(result);
        }

        return result.Violations.Count == 0 ? 0 : 1;
    }

    private static void Show(CampaignResult result)
    {
        string sizes = string.Join(", ", result.SeedsOfSize.Select(s => $"{s.Value} with n = {s.Key}"));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Seeds} seeds from {result.FirstSeed} on ({sizes}): {result.Violations.Count} violations"));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Heights} heights, {result.SimulatedHours:0.0} simulated hours, {result.Minutes:0.0} minutes, "
            + $"{result.MachineMinutes:0.0} minutes of processor time"));
        foreach (Violation violation in result.Violations)
        {
            Console.WriteLine($"  {violation.Invariant}");
            Console.WriteLine($"  see it: chainhealth simulate --seed {violation.Seed}");
        }
    }

    private static int Replay(ulong seed)
    {
        try
        {
            SimCluster run = SimCluster.Run(Scenario.FromSeed(seed), keepsTranscript: true);
            Console.WriteLine(run.Transcript);
            Console.WriteLine($"seed {seed}: every invariant holds over {run.Checkers.CommittedHeights} heights");
            return 0;
        }
        catch (InvariantException e)
        {
            Console.WriteLine(e.Message);
            return 1;
        }
    }
}

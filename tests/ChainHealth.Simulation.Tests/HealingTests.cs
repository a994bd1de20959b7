using System.Collections.Immutable;
using Xunit.Abstractions;

namespace ChainHealth.Simulation.Tests;

/// <summary>The bound of I5 with the default times of a replica: three seconds after each kind of fault has healed, all
/// that was asked for is committed at every honest replica, the healed ones included. Simulated time: exact.</summary>
public sealed class HealingTests(ITestOutputHelper output)
{
    private const long BoundMs = 3_000;
    private const long HealMs = 12_000;
    private const int SeedsEach = 40;

    public static TheoryData<string> Faults => [.. Scenarios.Keys];

    private static ImmutableDictionary<string, Scenario> Scenarios { get; } = new Dictionary<string, Scenario>
    {
        ["one against three"] = Parted(0b0001, 0b1110, 0),
        ["three against one"] = Parted(0b1110, 0b0001, 0),
        ["the primary alone"] = Parted(0b0001, 0b1110, 0) with { Cuts = Both(0b0001, 0b1110) },
        ["two against two"] = Base with { Cuts = Both(0b0011, 0b1100) },
        ["flapping"] = Parted(0b0111, 0b1011, 400),
        ["nobody reaches anybody"] = Parted(0b1111, 0b1111, 0),
        ["a bridge between two halves"] = Base with { Cuts = Both(0b0001, 0b1100) },
        ["a killed primary"] = Base with { Kills = [new Kill(1_000, HealMs, 0)] },
        ["a killed backup"] = Base with { Kills = [new Kill(1_000, HealMs, 2)] },
        ["two killed"] = Base with { Kills = [new Kill(1_000, HealMs, 0), new Kill(2_000, HealMs, 1)] },
        ["all killed"] = Base with { Kills = [.. Enumerable.Range(0, 4).Select(i => new Kill(1_000, HealMs, i))] },
        ["a frozen primary"] = Base with { Freezes = [new Freeze(1_000, HealMs, 0)] },
        ["a frozen backup"] = Base with { Freezes = [new Freeze(1_000, HealMs, 3)] },
        ["two frozen"] = Base with { Freezes = [new Freeze(1_000, HealMs, 0), new Freeze(1_500, HealMs, 1)] },
        ["loss of every third message"] = Base with { Loss = 0.33 },
    }.ToImmutableDictionary();

    private static Scenario Base => new()
    {
        Seed = 0, Replicas = 4, HealMs = HealMs, LivenessMs = BoundMs, GossipMs = 100, Requests = 30,
        RequestsPerBlockMax = 2,
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Service_resumes_within_three_seconds_after(string fault)
    {
        long longest = 0;
        List<string> late = [];
        for (ulong seed = 1; seed <= SeedsEach; seed++)
        {
            try
            {
                longest = Math.Max(longest, SimCluster.Run(Scenarios[fault] with { Seed = seed }).NowMs - HealMs);
            }
            catch (InvariantException e)
            {
                late.Add(e.Message);
            }
        }

        output.WriteLine($"{fault}: at most {longest} ms in {SeedsEach - late.Count} of {SeedsEach} seeds");
        Assert.Empty(late);
    }

    private static Scenario Parted(uint senders, uint receivers, int flapMs) =>
        Base with { Cuts = [new Cut(1_000, HealMs, senders, receivers, flapMs)] };

    private static ImmutableArray<Cut> Both(uint one, uint other) =>
        [new Cut(1_000, HealMs, one, other, 0), new Cut(1_000, HealMs, other, one, 0)];
}

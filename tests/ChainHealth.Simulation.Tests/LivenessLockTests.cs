using System.Collections.Immutable;

namespace ChainHealth.Simulation.Tests;

/// <summary>Ways in which published protocols of this family were found to stop for good though no more than f replicas
/// failed. Each must commit everything soon after the network heals.</summary>
public sealed class LivenessLockTests
{
    private const int SeedsEach = 12;

    public static TheoryData<string> Locks => [.. Scenarios.Keys];

    private static ImmutableDictionary<string, Scenario> Scenarios { get; } = new Dictionary<string, Scenario>
    {
        // dBFT 2.0: who has committed in a view neither changes view nor commits in another one; replicas that have
        // committed in different views wait for each other for ever.
        ["commits in different views"] = Base with { CommitLoss = 1, PrepareLoss = 0.4 },

        // The same with a replica that never comes back to help: exactly a quorum is left.
        ["commits in different views and one replica dead"] = Base with
        {
            CommitLoss = 0.95, PrepareLoss = 0.4, Liars = ImmutableDictionary<int, Lie>.Empty.Add(2, Lie.Mute),
        },

        // IBFT: replicas locked on different blocks of different rounds, each refusing the others' proposals.
        ["locks on different blocks"] = Base with
        {
            PrepareLoss = 0.6, PrePrepareLoss = 0.5,
            Liars = ImmutableDictionary<int, Lie>.Empty.Add(0, Lie.Equivocation | Lie.WithheldCommits),
        },

        // Tendermint without the polka rule, and PBFT with timers that run apart: replicas leave views one after the
        // other and never meet in one.
        ["views that never meet"] = Base with
        {
            Loss = 0.4, DelayMsMax = 300, Stragglers = 0.1, DriftPerMille = [-300, 300, 0, 150],
        },

        // A new primary that lacks the payload of what it must carry over.
        ["a carried block whose payload nobody asked sends"] = Base with { PrePrepareLoss = 0.6, CommitLoss = 1 },

        // A partition that heals for less than a view lasts, again and again.
        ["a flapping half"] = Base with { Cuts = [new Cut(0, Healing, 0b0011, 0b1100, 400)] },

        // One direction only: the primary is heard and hears nobody.
        ["a primary that hears nobody"] = Base with { Cuts = [new Cut(0, Healing, 0b1110, 0b0001, 0)] },
    }.ToImmutableDictionary();

    private const long Healing = 8_000;

    private static Scenario Base => new()
    {
        Seed = 0, Replicas = 4, HealMs = Healing, LivenessMs = 25_000, Requests = 10, RequestsPerBlockMax = 1,
        Bursts = 3,
    };

    [Theory]
    [MemberData(nameof(Locks))]
    public void Everything_commits_after_healing_from(string name)
    {
        for (ulong seed = 1; seed <= SeedsEach; seed++)
        {
            SimCluster run = SimCluster.Run(Scenarios[name] with { Seed = seed });
            Assert.True(run.Checkers.CommittedHeights > 0);
        }
    }
}

using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Simulation.Tests;

/// <summary>Each lie alone, told by f replicas of clusters of every size, the first primary among them.</summary>
public sealed class LiarTests
{
    public static TheoryData<int, Lie> SizesAndLies()
    {
        var rows = new TheoryData<int, Lie>();
        foreach (int n in new[] { 4, 7, 10, 13 })
        {
            foreach (Lie lie in Enum.GetValues<Lie>().Where(l => l != Lie.None))
            {
                rows.Add(n, lie);
            }
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(SizesAndLies))]
    public void Cluster_agrees_and_goes_on_under(int replicas, Lie lie)
    {
        int faulty = Quorum.Of(replicas).Faulty;
        for (ulong seed = 1; seed <= 3; seed++)
        {
            SimCluster run = SimCluster.Run(
                new Scenario
                {
                    Seed = seed,
                    Replicas = replicas,
                    Requests = 5,
                    HealMs = 3_000,
                    Loss = seed == 3 ? 0.05 : 0,
                    Liars = Enumerable.Range(0, faulty).ToImmutableDictionary(i => i, _ => lie),
                },
                keepsTranscript: true);

            Assert.True(run.Checkers.CommittedHeights > 0);
        }
    }

    /// <summary>Half-committed blocks meet a lying primary of the next view: what PP4 exists for; a core
    /// without it fails here.</summary>
    [Theory]
    [InlineData(Lie.Overwrite)]
    [InlineData(Lie.TwoNewViews | Lie.ForgedViewChange)]
    [InlineData(Lie.Overwrite | Lie.TwoNewViews)]
    [InlineData(Lie.Equivocation)]
    public void A_block_that_one_replica_committed_survives_a_next_primary_with(Lie lie)
    {
        for (ulong seed = 1; seed <= 25; seed++)
        {
            SimCluster run = SimCluster.Run(
                new Scenario
                {
                    Seed = seed,
                    Replicas = 4,
                    Requests = 12,
                    RequestsPerBlockMax = 2,
                    Bursts = 4,
                    GossipMs = 50,
                    HealMs = 8_000,
                    CommitLoss = 0.6,
                    PrepareLoss = seed % 2 == 0 ? 0.3 : 0,
                    Liars = ImmutableDictionary<int, Lie>.Empty.Add(1, lie),
                },
                keepsTranscript: true);

            Assert.True(run.Checkers.CommittedHeights > 0);
        }
    }

    [Fact]
    public void An_equivocating_primary_is_found_out()
    {
        int evidence = 0;
        for (ulong seed = 1; seed <= 5; seed++)
        {
            evidence += SimCluster.Run(new Scenario
            {
                Seed = seed,
                Replicas = 4,
                HealMs = 3_000,
                Liars = ImmutableDictionary<int, Lie>.Empty.Add(0, Lie.Equivocation),
            }).Checkers.EvidenceCount;
        }

        Assert.True(evidence >= 5);
    }
}

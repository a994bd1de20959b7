using System.Collections.Immutable;

namespace ChainHealth.Simulation.Tests;

/// <summary>Row 1 of the fault list: a crash in front of every effect, each persist among them, and restart from what
/// the disk held then.</summary>
public sealed class CrashPointTests
{
    [Theory]
    [InlineData(4)]
    [InlineData(7)]
    public void A_crash_before_any_effect_loses_nothing(int replicas)
    {
        var quiet = new Scenario
        {
            Seed = 5, Replicas = replicas, Requests = 6, HealMs = 1_500, CompactEveryHeights = 2, DelayMsMax = 5,
        };
        int effects = SimCluster.Run(quiet).Effects;
        Assert.True(effects > 100);

        int step = replicas == 4 ? 1 : 5;
        for (int at = 1; at <= effects; at += step)
        {
            SimCluster run = Run(quiet with { CrashAtEffect = at });
            Assert.True(run.Checkers.CommittedHeights > 0);
        }
    }

    [Fact]
    public void A_crash_before_any_effect_of_a_view_change_loses_nothing()
    {
        var silent = new Scenario
        {
            Seed = 6,
            Replicas = 4,
            Requests = 4,
            HealMs = 2_500,
            Loss = 0.1,
            Liars = ImmutableDictionary<int, Lie>.Empty.Add(0, Lie.SilentPrimary),
        };
        int effects = SimCluster.Run(silent).Effects;

        for (int at = 1; at <= effects; at += 2)
        {
            Assert.True(Run(silent with { CrashAtEffect = at }).Checkers.CommittedHeights > 0);
        }
    }

    private static SimCluster Run(Scenario scenario)
    {
        try
        {
            return SimCluster.Run(scenario);
        }
        catch (InvariantException)
        {
            return SimCluster.Run(scenario, keepsTranscript: true);
        }
    }
}

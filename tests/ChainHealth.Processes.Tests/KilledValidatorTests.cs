using ChainHealth.Cli;
using ChainHealth.Client;
using ChainHealth.Federation;
using ChainHealth.Primitives;

namespace ChainHealth.Processes.Tests;

/// <summary>A validator is killed with kill -9 in the middle of a run and comes back ten seconds later.</summary>
public sealed class KilledValidatorTests : WorkPlace
{
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_run_goes_on_and_all_validators_end_with_the_same_state(bool killPrimary)
    {
        await using (RunningNetwork network = await RunningNetwork.StartAsync(Network))
        {
            int primary = await network.PrimaryAsync();
            int victim = killPrimary ? primary : (primary % 4) + 1;
            RunId run = await network.StartRunAsync();
            RunState end = await network.FollowAsync(run, () => network.KillAndRestartAsync(victim, Outage));
            Assert.Equal(RunEnd.LastRound, Assert.IsType<EndedPhase>(end.Phase).End);
            Assert.All(end.Records, r => Assert.Equal(3, r.VerifiedBy.Count));
            Height tip = await TipAsync(network.Folder);
            Digest[] roots = await network.StateRootsAsync(tip);
            Assert.Single(roots.Distinct());
        }

        await NobodyIsLeftAsync();
    }

    private static async Task<Height> TipAsync(string folder)
    {
        await using ChainDoor door = ChainDoor.Open(folder, MemberNames.Operator);
        return (await door.Chain.SubscribeAsync(CancellationToken.None)).Now.State.Height;
    }
}

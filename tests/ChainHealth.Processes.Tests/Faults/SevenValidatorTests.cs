using ChainHealth.Client;
using Xunit.Abstractions;

namespace ChainHealth.Processes.Tests;

/// <summary>Seven real validators, of which any two may fail.</summary>
public sealed class SevenValidatorTests(ITestOutputHelper output) : WorkPlace
{
    [Fact]
    public async Task Any_two_of_seven_are_killed_at_once_in_a_loop_under_load_the_primary_among_them()
    {
        await using (FaultNetwork network = await FaultNetwork.StartAsync(Network, 7))
        await using (Traffic load = Traffic.Start(Network, 4, MemberNames.Hospital(1), MemberNames.Hospital(2)))
        {
            await load.MoreAsync(20);
            for (int round = 0; round < 3; round++)
            {
                int primary = await network.PrimaryAsync();
                int other = (primary + round) % 7 + 1;
                await Task.WhenAll(network.KillAsync(primary), network.KillAsync(other));
                TimeSpan took = await load.MoreAsync(20);
                output.WriteLine($"without {primary} and {other}: 20 transactions in {took.TotalMilliseconds:0} ms");
                await Task.WhenAll(network.RestartAsync(primary), network.RestartAsync(other));
            }

            await load.MoreAsync(20);
            await new Ledgers(network).AgreeAndKeepAsync(load.All);
        }

        await NobodyIsLeftAsync();
    }
}

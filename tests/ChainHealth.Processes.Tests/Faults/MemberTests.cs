using ChainHealth.Client;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Processes.Tests;

/// <summary>Members and proofs by the command line alone, on real validators.</summary>
[Collection(nameof(FourValidators))]
public sealed class MemberTests(FourValidators four)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);
    private static readonly string[] Voters = ["--as", "validator-1", "validator-2", "validator-3"];

    private string Folder => four.Faults.Folder;

    [Fact]
    public async Task A_hospital_is_enrolled_admitted_suspended_while_the_primary_dies_reinstated_and_given_new_keys()
    {
        await RunAsync("network", "enrol", "hospital-new");
        await RunAsync(["network", "vote", "admit", "hospital-new", .. Voters]);
        Assert.Contains("is member 12", await RunAsync("network", "join", "hospital-new"), StringComparison.Ordinal);
        await SubmitAsync();
        await SuspendWithCrashAsync();
        var refused = await Assert.ThrowsAsync<TransactionRefusedException>(SubmitAsync);
        Assert.Contains("hospital-new (m12) is suspended since block", refused.Message, StringComparison.Ordinal);
        Assert.Contains("key lost", await RunAsync("network", "members"), StringComparison.Ordinal);
        await RunAsync(["network", "vote", "reinstate", "hospital-new", .. Voters]);
        string keys = Path.Combine(Folder, "new.keys");
        await RunAsync("network", "new-keys", "--member", "hospital-new", "--out", keys);
        await RunAsync(["network", "vote", "rotate", keys, .. Voters]);
        await RunAsync("network", "join", "hospital-new");

        // Two validators that are still catching up would refuse, and f+1 refusals are final: all of them must have
        // the block after which it is a member again.
        Height back = await BackAsync();
        while (four.Load.All.All(a => a.Receipt.Height < back))
        {
            await four.Load.MoreAsync(1);
        }

        await four.Books.AgreeAndKeepAsync(four.Load.All);
        await SubmitAsync();
        await four.Books.AgreeAndKeepAsync(four.Load.All);
    }

    [Fact]
    public async Task A_proof_from_the_command_line_is_verified_without_a_network_and_a_forged_one_is_not()
    {
        string genesis = Path.Combine(Folder, "genesis.bin");
        string id = four.Load.All[0].Receipt.Transaction.ToString();
        string transaction = Path.Combine(Folder, "tx.proof"), member = Path.Combine(Folder, "member.proof");
        await RunAsync("chain", "prove", "tx", id, "--out", transaction);
        await RunAsync("chain", "prove", "member", "hospital-1", "--out", member);
        foreach (string file in new[] { transaction, member })
        {
            (int code, string said, string error) =
                await ChainHealthProcess.RunAsync(Limit, "verify", file, "--genesis", genesis);
            Assert.True(code == 0, said + error);
            Assert.DoesNotContain("WRONG", said, StringComparison.Ordinal);
        }

        byte[] forged = await File.ReadAllBytesAsync(member);
        forged[forged.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(member, forged);
        Assert.Equal(1, (await ChainHealthProcess.RunAsync(Limit, "verify", member, "--genesis", genesis)).Code);
    }

    /// <summary>The primary is killed between the votes, and is away when the last one decides.</summary>
    private async Task SuspendWithCrashAsync()
    {
        string[] suspend = ["network", "vote", "suspend", "hospital-new", "--reason", "key lost"];
        await RunAsync([.. suspend, "--as", "validator-1", "validator-2"]);
        int primary = await four.Faults.PrimaryAsync();
        await four.Faults.KillAsync(primary);
        await RunAsync([.. suspend, "--as", "validator-3"]);
        await four.Faults.RestartAsync(primary);
    }

    /// <summary>A height at which nothing is held against the hospital any more.</summary>
    private async Task<Height> BackAsync()
    {
        await using ChainDoor door = ChainDoor.Open(Folder, "hospital-new");
        ChainSubscription chain = await door.Chain.SubscribeAsync(CancellationToken.None);
        LedgerState state = chain.Now.State;
        await using IAsyncEnumerator<ChainChange> changes = chain.Changes.GetAsyncEnumerator();
        while (state.Suspensions.ContainsKey(new MemberId(12)) && await changes.MoveNextAsync())
        {
            state = changes.Current is BlockCommitted block ? block.State : state;
        }

        return state.Height;
    }

    private async Task SubmitAsync()
    {
        await using ChainDoor door = ChainDoor.Open(Folder, "hospital-new");
        await door.NowAsync(CancellationToken.None);
        await door.Chain.SubmitAsync(new NoteBody(default), CancellationToken.None);
    }

    private async Task<string> RunAsync(params string[] arguments)
    {
        (int code, string said, string error) =
            await ChainHealthProcess.RunAsync(Limit, [.. arguments, "--network", Folder]);
        Assert.True(code == 0, $"{string.Join(' ', arguments)}: {said}{error}");
        return said;
    }
}

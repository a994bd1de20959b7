using ChainHealth.Consensus;
using ChainHealth.Primitives;

namespace ChainHealth.Node.Tests;

public sealed class VoteMarkFileTests : IDisposable
{
    private static readonly Digest Chain = Digest.Sha256("chain"u8);

    private readonly TemporaryFolder _folder = new();

    private string MarkPath => _folder[VoteMarkFile.FileName];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void W1_The_newest_mark_is_there_after_reopening()
    {
        Write(Mark(64, 0), Mark(128, 0), Mark(128, 3));
        using VoteMarkFile? file = VoteMarkFile.TryOpen(_folder.Path, Chain);
        Assert.Equal(Mark(128, 3), file!.Value);
    }

    [Fact]
    public void W1_A_write_that_a_crash_cut_off_anywhere_leaves_the_mark_before_it()
    {
        Write(Mark(64, 0));
        byte[] before = File.ReadAllBytes(MarkPath);
        using (VoteMarkFile file = VoteMarkFile.TryOpen(_folder.Path, Chain)!)
        {
            file.Write(Mark(128, 2));
        }

        byte[] after = File.ReadAllBytes(MarkPath);
        int[] changed = [.. Enumerable.Range(0, after.Length).Where(i => before[i] != after[i])];
        Assert.NotEmpty(changed);
        for (int cut = 0; cut < changed.Length; cut++)
        {
            byte[] torn = [.. before];
            Array.ForEach(changed[..cut], i => torn[i] = after[i]);
            File.WriteAllBytes(MarkPath, torn);
            using VoteMarkFile? file = VoteMarkFile.TryOpen(_folder.Path, Chain);
            Assert.Equal(Mark(64, 0), file!.Value);
        }
    }

    [Fact]
    public void W1_Two_damaged_slots_an_empty_file_and_another_chain_are_no_mark()
    {
        Write(Mark(64, 0));
        Assert.Null(VoteMarkFile.TryOpen(_folder.Path, Digest.Sha256("other"u8)));
        byte[] altered = File.ReadAllBytes(MarkPath);
        Assert.Null(VoteMarkFile.FaultOf(MarkPath, Chain));
        altered[20] ^= 1;
        File.WriteAllBytes(MarkPath, altered);
        Assert.Contains("slot 0", VoteMarkFile.FaultOf(MarkPath, Chain));
        altered[VoteMarkFile.SlotsApartBytes + 20] ^= 1;
        File.WriteAllBytes(MarkPath, altered);
        Assert.Null(VoteMarkFile.TryOpen(_folder.Path, Chain));
        File.WriteAllBytes(MarkPath, []);
        Assert.Null(VoteMarkFile.TryOpen(_folder.Path, Chain));
    }

    [Fact]
    public void W2_A_lost_log_silences_up_to_the_mark_over_any_number_of_restarts()
    {
        using (NodeStore store = Open())
        {
            store.Votes.Write(Mark(64, 1));
        }

        File.Delete(_folder[WriteAheadLog.FileName]);
        using (NodeStore store = Open())
        {
            Assert.Contains("no vote until height 64", store.Loss);
        }

        using NodeStore again = Open();
        Assert.Null(again.Loss);
        Assert.Equal(new Height(64), again.Votes.Value.SilentUpTo);
    }

    [Fact]
    public void W2_Without_log_and_mark_the_store_is_refused()
    {
        Open().Dispose();
        File.Delete(_folder[WriteAheadLog.FileName]);
        File.Delete(MarkPath);
        Assert.Contains("could contradict its earlier votes", Assert.Throws<StoreException>(Open).Message);
    }

    [Fact]
    public void W1_A_lost_mark_is_made_again_where_the_log_is_whole()
    {
        Open().Dispose();
        File.Delete(MarkPath);
        using NodeStore store = Open();
        Assert.True(store.HasNewMark);
        Assert.True(File.Exists(MarkPath));
    }

    private static VoteMark Mark(ulong height, ulong view) => new(new Height(height), new View(view));

    private NodeStore Open() => NodeStore.Open(_folder.Path, Chain, _ => { });

    private void Write(params VoteMark[] marks)
    {
        using VoteMarkFile file = VoteMarkFile.Create(_folder.Path, Chain, default);
        Array.ForEach(marks, file.Write);
    }
}

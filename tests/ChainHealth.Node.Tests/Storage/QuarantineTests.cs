using ChainHealth.Consensus;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Node.Tests;

/// <summary>Row 4 of the fault list: blocks that are not what was written are put aside and had again from the
/// others.</summary>
public sealed class QuarantineTests : IDisposable
{
    private const int SmallSegment = 600;
    private const int Blocks = 20;
    private static readonly Digest Chain = Digest.Sha256("chain"u8);

    private readonly TemporaryFolder _folder = new();

    private string Segments => _folder["blocks"];

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, Action<string[]>> Damages => new()
    {
        { "a flipped bit", files => Alter(files[1], bytes => bytes[bytes.Length / 2] ^= 4) },
        { "a flipped bit in the head", files => Alter(files[1], bytes => bytes[3] ^= 4) },
        { "a torn segment in the middle", files => File.WriteAllBytes(files[1], File.ReadAllBytes(files[1])[..^5]) },
        { "a segment in another's place", files => File.Copy(files[2], files[1], overwrite: true) },
        { "a missing segment", files => File.Delete(files[1]) },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public void What_is_good_stays_and_the_rest_is_put_aside(string damage, Action<string[]> harm)
    {
        WriteBlocks();
        using (VoteMarkFile.Create(_folder.Path, Chain, default(VoteMark).Raised(new Height(20), default)))
        using (WriteAheadLog.Create(_folder.Path, Chain))
        {
        }

        harm([.. Directory.EnumerateFiles(Segments).Order()]);
        var found = Assert.Throws<BlockDamageException>(() => BlockStore.Open(Segments, Chain, _ => { }, SmallSegment));

        string done = Quarantine.Run(_folder.Path, Chain, found);

        Assert.Contains(found.Message, done, StringComparison.Ordinal);
        List<byte[]> left = [];
        using BlockStore store = BlockStore.Open(Segments, Chain, b => left.Add(b.Block.ToArray()));
        Assert.True(store.Top.Next == found.First && store.Top.Value is > 0 and < Blocks, $"{damage}: {store.Top}");
        Assert.Equal(Enumerable.Range(1, left.Count).Select(Content), left);
        Assert.True(File.Exists(_folder["quarantine/000001/wal.log"]));
        Assert.NotEmpty(Directory.EnumerateFiles(_folder["quarantine/000001"], "blocks-*.log"));
    }

    [Fact]
    public void Of_a_chain_that_begins_after_a_fetched_state_only_what_came_after_it_is_put_aside()
    {
        using (NodeStore store = NodeStore.Open(_folder.Path, Chain, _ => { }))
        {
            store.Blocks.Append(BlockAt(1));
            store.Blocks.BeginAfter(new Height(10));
            store.Blocks.Append(BlockAt(11));
            store.Blocks.Append(BlockAt(12));
            store.Blocks.Flush();
        }

        string recent = ChainBlocks.FindRecent(_folder.Path)!.Value.Folder;
        Alter(Path.Combine(recent, BlockStore.SegmentName(0)), bytes => bytes[LogFile.HeadBytes + 50] ^= 4);
        var found = Assert.Throws<BlockDamageException>(() => NodeStore.Open(_folder.Path, Chain, _ => { }));
        Assert.True(found.First > new Height(10), $"{found.First}");

        Assert.Contains("blocks from 11 on", Quarantine.Run(_folder.Path, Chain, found), StringComparison.Ordinal);
        using NodeStore left = NodeStore.Open(_folder.Path, Chain, _ => { });
        Assert.Equal((new Height(1), default), (left.Blocks.Top, left.Blocks.Base));
        Assert.NotNull(left.Loss);
    }

    [Fact]
    public void Without_a_vote_mark_nothing_is_touched()
    {
        WriteBlocks();
        Assert.Contains("votes.mark: missing", Assert.Throws<StoreException>(
            () => Quarantine.Run(_folder.Path, Chain, new BlockDamageException(new Height(3), "x"))).Message,
            StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["quarantine"]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_validator_with_damaged_blocks_has_them_again_from_the_others_and_stays_silent_until_it_may_vote(
        bool withRightChecksums)
    {
        await using var cluster = new NodeCluster();
        for (byte i = 0; i < 12; i++)
        {
            await cluster.SubmitAsync(i % NodeCluster.Size, "hospital-1", new NoteBody(new ByteString([i])));
        }

        await cluster.SettleAsync();
        await cluster.StopAsync(3);
        string segment = Path.Combine(cluster.StoreOf(3), "blocks", "blocks-000001.log");
        if (withRightChecksums)
        {
            SwapCertificate(cluster);
        }
        else
        {
            Alter(segment, bytes => bytes[bytes.Length / 2] ^= 4);
        }

        Assert.InRange(StoreAudit.Run(cluster.StoreOf(3), cluster.Genesis).FirstBadBlock ?? 0, 2UL, 12UL);
        cluster.Start(3);
        await cluster.SubmitAsync(3, "hospital-1", new NoteBody(new ByteString([99])));

        LedgerState[] states = [.. await cluster.SettleAsync()];
        Assert.All(states, s => Assert.Equal(states[0].Root, s.Root));
        Assert.NotEqual(default, cluster[3].Store.Votes.Value.SilentUpTo);
        await cluster.StopAsync(3);
        Assert.Empty(StoreAudit.Run(cluster.StoreOf(3), cluster.Genesis).Faults);
    }

    /// <summary>As somebody would who owns the disk: checksums and links are right, the content is not.</summary>
    private static void SwapCertificate(NodeCluster cluster)
    {
        string folder = Path.Combine(cluster.StoreOf(3), "blocks");
        Digest chain = cluster.Genesis.Hash();
        List<StoredBlock> blocks = [];
        BlockStore.Open(folder, chain, blocks.Add).Dispose();
        Directory.Delete(folder, recursive: true);
        using BlockStore store = BlockStore.Open(folder, chain, _ => { });
        foreach (StoredBlock block in blocks)
        {
            store.Append(block.Height.Value != 5 ? block
                : StoredBlock.Of(block.Height, block.Block.Span, blocks[5].Certificate()));
        }

        store.Flush();
    }

    private static void Alter(string file, Action<byte[]> harm)
    {
        byte[] bytes = File.ReadAllBytes(file);
        harm(bytes);
        File.WriteAllBytes(file, bytes);
    }

    private static byte[] Content(int height) => [.. Enumerable.Repeat((byte)height, 40)];

    private void WriteBlocks()
    {
        using BlockStore store = BlockStore.Open(Segments, Chain, _ => { }, SmallSegment);
        for (int i = 1; i <= Blocks; i++)
        {
            store.Append(BlockAt(i));
        }

        store.Flush();
    }

    private static StoredBlock BlockAt(int at)
    {
        var height = new Height((ulong)at);
        return StoredBlock.Of(height, Content(at), new QuorumCertificate(
            new Epoch(0), height, new View(0), VotePhase.Commit, Chain, 0, []));
    }
}

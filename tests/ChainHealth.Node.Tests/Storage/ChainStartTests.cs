using ChainHealth.Consensus;
using ChainHealth.Ledger;
using ChainHealth.Primitives;
using ChainHealth.Testing;

namespace ChainHealth.Node.Tests;

/// <summary>A restart from snapshots of a real chain: the newest sound one and the blocks after it.</summary>
public sealed class ChainStartTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly LedgerScenario _chain = RoundScenario.Start().Approve().Round().Chain;
    private readonly List<string> _told = [];

    public ChainStartTests()
    {
        using NodeStore store = Open();
        foreach (CertifiedBlock block in _chain.Blocks)
        {
            store.Blocks.Append(StoredBlock.Of(
                block.Block.Header.Height, BlockCodec.Encode(block.Block), block.Certificate));
        }

        store.Blocks.Flush();
    }

    private int Top => _chain.Blocks.Count;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_restart_from_a_snapshot_stands_where_a_replay_stands()
    {
        Assert.Equal(_chain.State.Root, Start().Root);
        Write(Top - 3);
        Write(Top - 1);
        Assert.Equal((_chain.State.Root, _chain.State.Tip), (Start().Root, Start().Tip));
        Assert.Empty(_told);
    }

    [Fact]
    public void A_damaged_snapshot_is_named_and_an_older_one_or_a_replay_takes_its_place()
    {
        Write(Top - 3);
        Write(Top - 1);
        Flip(Top - 1);
        Assert.Equal(_chain.State.Root, Start().Root);
        Assert.Contains("checksum does not match; not used", Assert.Single(_told), StringComparison.Ordinal);

        _told.Clear();
        Flip(Top - 3);
        Assert.Equal(_chain.State.Root, Start().Root);
        Assert.Equal(2, _told.Count);
    }

    [Fact]
    public void A_snapshot_that_was_altered_with_its_checksum_is_found_by_its_root()
    {
        CertifiedBlock block = _chain.Blocks[Top - 2];
        LedgerState richer = _chain.States[Top - 1] with { TransactionCount = 1_000_000 };
        using (NodeStore store = Open())
        {
            store.Snapshots.Write(block.Block.Header.Height, new StoredSnapshot(
                SnapshotCodec.Encode(new Snapshot(block.Block.Header, richer)), block.Certificate));
        }

        Assert.Equal(_chain.State.Root, Start().Root);
        Assert.Contains("state root", Assert.Single(_told), StringComparison.Ordinal);
    }

    [Fact]
    public void A_snapshot_above_the_blocks_or_with_another_blocks_certificate_is_not_used()
    {
        CertifiedBlock block = _chain.Blocks[Top - 2];
        using (NodeStore store = Open())
        {
            store.Snapshots.Write(new Height((ulong)Top + 1), Snapshot(Top - 1));
            store.Snapshots.Write(block.Block.Header.Height, Snapshot(Top - 1) with
            {
                Commit = _chain.Blocks[Top - 3].Certificate,
            });
        }

        Assert.Equal(_chain.State.Root, Start().Root);
        Assert.Contains("the blocks end at", _told[0], StringComparison.Ordinal);
        Assert.Contains("its certificate is of another block", _told[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Only_the_newest_few_are_kept()
    {
        for (int height = 1; height <= 6; height++)
        {
            Write(height);
        }

        Assert.Equal(
            SnapshotStore.KeptMax, Directory.GetFiles(Path.Combine(_folder.Path, SnapshotStore.FolderName)).Length);
    }

    [Fact]
    public void Blocks_without_a_state_before_them_are_fetched_again_and_nothing_is_voted_for_meanwhile()
    {
        using (NodeStore store = Open())
        {
            store.Votes.Write(new VoteMark(new Height(90), default));
            store.Snapshots.Write(new Height((ulong)Top + 9), Snapshot(Top));
            store.Blocks.BeginAfter(new Height((ulong)Top + 9));
        }

        Assert.Equal(_chain.State.Root, Start().Root);
        using NodeStore again = Open();
        Assert.Equal(new Height(90), again.Votes.Value.SilentUpTo);
        Assert.Equal((_chain.State.Height, default), (again.Blocks.Top, again.Blocks.Base));
    }

    [Fact]
    public void Blocks_before_a_fetched_state_become_one_store_with_those_after_it()
    {
        using TemporaryFolder other = new();
        using (NodeStore store = NodeStore.Open(other.Path, _chain.Network.Chain, _ => { }))
        {
            store.Snapshots.Write(new Height(5), Snapshot(5));
            store.Blocks.BeginAfter(new Height(5));
            foreach (int height in new[] { 6, 7, 8 })
            {
                store.Blocks.Append(Stored(height));
            }

            Assert.Equal(new Height(1), store.Blocks.MissingFrom);
            Assert.Null(store.Blocks.Read(new Height(3)));
            Assert.Equal(new Height(7), store.Blocks.Read(new Height(7))!.Value.Certificate().Height);
            Enumerable.Range(1, 5).ToList().ForEach(h => store.Blocks.AppendMissing(Stored(h)));
            Assert.Null(store.Blocks.MissingFrom);
            store.Blocks.Flush();
            store.Blocks.FlushMissing();
        }

        using (NodeStore merged = NodeStore.Open(other.Path, _chain.Network.Chain, _ => { }))
        {
            Assert.Equal((new Height(8), default), (merged.Blocks.Top, merged.Blocks.Base));
        }

        Assert.Empty(StoreAudit.Run(other.Path, _chain.Network.Genesis).Faults);
    }

    [Fact]
    public void W4_An_empty_folder_that_was_not_just_created_belongs_to_a_validator_that_may_have_voted()
    {
        using TemporaryFolder wiped = new();
        using (NodeStore store = NodeStore.Open(wiped.Path, _chain.Network.Chain, _ => { }))
        {
            Assert.Equal(VoteMark.Unknown, store.Votes.Value.SilentUpTo);
            Assert.Contains("without first-start", store.Loss);
        }

        using TemporaryFolder created = new();
        File.WriteAllText(created[NodeStore.FirstStartName], "");
        using NodeStore first = NodeStore.Open(created.Path, _chain.Network.Chain, _ => { });
        Assert.Equal(default, first.Votes.Value);
        Assert.Null(first.Loss);
        Assert.False(File.Exists(created[NodeStore.FirstStartName]));
    }

    private NodeStore Open() => NodeStore.Open(_folder.Path, _chain.Network.Chain, _ => { });

    private LedgerState Start()
    {
        using NodeStore store = Open();
        var view = new ChainView(_chain.Network.Genesis);
        new ChainStart(view, store, _told.Add).Run();
        return view.State;
    }

    private StoredBlock Stored(int height)
    {
        CertifiedBlock block = _chain.Blocks[height - 1];
        return StoredBlock.Of(block.Block.Header.Height, BlockCodec.Encode(block.Block), block.Certificate);
    }

    private StoredSnapshot Snapshot(int height) => new(
        SnapshotCodec.Encode(new Snapshot(_chain.Blocks[height - 1].Block.Header, _chain.States[height])),
        _chain.Blocks[height - 1].Certificate);

    private void Write(int height)
    {
        using NodeStore store = Open();
        store.Snapshots.Write(new Height((ulong)height), Snapshot(height));
    }

    private void Flip(int height)
    {
        string path = Path.Combine(_folder.Path, SnapshotStore.FolderName, $"{height:D12}.snapshot");
        byte[] content = File.ReadAllBytes(path);
        content[content.Length / 2] ^= 1;
        File.WriteAllBytes(path, content);
    }
}

using ChainHealth.Client;
using ChainHealth.Primitives;

namespace ChainHealth.Node.Tests;

public sealed class StoresTests : IDisposable
{
    private const int SmallSegment = 600;
    private static readonly Digest Chain = Digest.Sha256("chain"u8);
    private static readonly PackageAddress Address = new(new RunId(1), 2, new MemberId(7));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Blocks_survive_reopening_across_segments()
    {
        WriteBlocks(20);
        List<ulong> heights = [];
        using BlockStore store = BlockStore.Open(_folder.Path, Chain, b => heights.Add(b.Height.Value), SmallSegment);
        Assert.Equal(Enumerable.Range(1, 20).Select(h => (ulong)h), heights);
        Assert.True(Directory.GetFiles(_folder.Path).Length > 2);
        Assert.Equal(Content(13), store.Read(new Height(13))!.Value.Block.ToArray());
        Assert.Null(store.Read(new Height(21)));
    }

    [Fact]
    public void A_missing_segment_is_refused()
    {
        WriteBlocks(20);
        File.Delete(_folder["blocks-000002.log"]);
        var fault = Assert.Throws<BlockDamageException>(
            () => BlockStore.Open(_folder.Path, Chain, _ => { }, SmallSegment));
        Assert.Contains("blocks-000002.log: missing", fault.Message);
    }

    [Fact]
    public void A_swapped_segment_is_refused()
    {
        WriteBlocks(20);
        File.Copy(_folder["blocks-000002.log"], _folder["blocks-000003.log"], overwrite: true);
        var fault = Assert.Throws<BlockDamageException>(
            () => BlockStore.Open(_folder.Path, Chain, _ => { }, SmallSegment));
        Assert.Contains("does not follow", fault.Message);
    }

    [Fact]
    public void A_block_that_rots_on_disk_is_not_served()
    {
        WriteBlocks(3);
        using BlockStore store = BlockStore.Open(_folder.Path, Chain, _ => { });
        byte[] bytes = File.ReadAllBytes(_folder["blocks-000001.log"]);
        bytes[^1] ^= 1;
        File.WriteAllBytes(_folder["copy"], bytes);
        string path = _folder["blocks-000001.log"];
        using (FileStream file = new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.Seek(-1, SeekOrigin.End);
            file.WriteByte(bytes[^1]);
        }

        Assert.NotNull(store.Read(new Height(2)));
        Assert.Throws<StoreException>(() => store.Read(new Height(3)));
    }

    [Fact]
    public void A_damaged_model_counts_as_absent()
    {
        var store = new ModelStore(_folder.Path);
        byte[] content = [1, 2, 3];
        Digest hash = GlobalModel.HashOf(content);
        store.Put(hash, content);
        Assert.Equal(content, new ModelStore(_folder.Path).Read(hash));
        File.WriteAllBytes(_folder[hash + ".model"], [1, 2, 4]);
        Assert.Null(store.Read(hash));
        Assert.False(store.Has(hash));
    }

    [Fact]
    public void Packages_keep_to_their_limit_and_are_erased()
    {
        var store = new PackageStore(_folder.Path, bytesMax: 10);
        Assert.Null(store.TryPut(Address, new byte[8]));
        Assert.Null(store.TryPut(Address, new byte[10]));
        Assert.Contains("full", store.TryPut(Address with { Round = 3 }, new byte[1]));
        store = new PackageStore(_folder.Path, bytesMax: 10);
        Assert.Equal([Address], store.Addresses);
        Assert.Equal(1, store.Erase(a => a.Round == 2));
        Assert.Empty(Directory.GetFiles(_folder.Path));
        Assert.Null(store.Read(Address));
    }

    [Fact]
    public void What_a_crash_left_half_written_is_swept_away()
    {
        File.WriteAllBytes(_folder["1-2-7.package.tmp"], [1]);
        var store = new PackageStore(_folder.Path);
        Assert.Empty(store.Addresses);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void A_data_folder_has_one_user_and_one_chain()
    {
        using (NodeStore.Open(_folder.Path, Chain, _ => { }))
        {
            var second = Assert.Throws<StoreException>(() => NodeStore.Open(_folder.Path, Chain, _ => { }));
            Assert.Contains("in use by another process", second.Message);
        }

        var wrong = Assert.Throws<StoreException>(
            () => NodeStore.Open(_folder.Path, Digest.Sha256("other"u8), _ => { }));
        Assert.Contains("wrong genesis", wrong.Message);
        NodeStore.Open(_folder.Path, Chain, _ => { }).Dispose();
    }

    private static byte[] Content(int height) => [.. Enumerable.Repeat((byte)height, 40)];

    private void WriteBlocks(int count)
    {
        using BlockStore store = BlockStore.Open(_folder.Path, Chain, _ => { }, SmallSegment);
        for (int i = 1; i <= count; i++)
        {
            var certificate = new QuorumCertificate(
                new Epoch(0), new Height((ulong)i), new View(0), VotePhase.Commit, Chain, 0, []);
            store.Append(StoredBlock.Of(new Height((ulong)i), Content(i), certificate));
        }

        store.Flush();
    }
}

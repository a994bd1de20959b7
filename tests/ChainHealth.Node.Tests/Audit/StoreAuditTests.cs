using ChainHealth.Ledger;
using ChainHealth.Primitives;
using ChainHealth.Testing;

namespace ChainHealth.Node.Tests;

/// <summary>The offline audit over a store with blocks in two segments, a log and a model.</summary>
public sealed class StoreAuditTests : IDisposable
{
    private const int Blocks = 12;

    private readonly TemporaryFolder _folder = new();
    private readonly LedgerScenario _chain = new();

    public StoreAuditTests()
    {
        using NodeStore store = NodeStore.Open(Store, _chain.Network.Chain, _ => { });
        for (byte i = 0; i < Blocks; i++)
        {
            CertifiedBlock block = _chain.Commit(
                (_chain.Network.HospitalIds[0], new NoteBody(new ByteString([i, 1, 2, 3]))));
            store.Blocks.Append(StoredBlock.Of(
                block.Block.Header.Height, BlockCodec.Encode(block.Block), block.Certificate));
        }

        store.Blocks.Flush();
        CertifiedBlock last = _chain.Blocks[^1];
        store.Snapshots.Write(last.Block.Header.Height, new StoredSnapshot(
            SnapshotCodec.Encode(new Snapshot(last.Block.Header, _chain.State)), last.Certificate));
        store.Log.Append([new ByteString([1, 2, 3]), new ByteString([4])]);
        store.Models.Put(GlobalModel.HashOf([1, 2, 3, 4]), [1, 2, 3, 4]);
    }

    private string Store => _folder["store"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_sound_store_is_found_sound_and_stays_as_it_is()
    {
        Dictionary<string, byte[]> before = Files();
        AuditReport report = Audit();
        Assert.Empty(report.Faults);
        Assert.Equal((Blocks, Blocks, 1), ((int)report.Blocks, (int)report.Transactions, report.Models));
        Assert.Equal((_chain.State.Tip.ToString(), _chain.State.Root.ToString()), (report.Tip, report.StateRoot));
        Assert.Null(report.FirstBadBlock);
        Assert.Equal(before, Files());
    }

    [Fact]
    public void Any_flipped_bit_is_found_and_the_first_bad_block_is_named()
    {
        var random = new SplitMix64(7);
        foreach ((string path, byte[] content) in Files().Where(f => f.Value.Length > 0))
        {
            // Every part of a file is hit: its head, and 40 places at random.
            int[] places = [0, 8, content.Length - 1, .. Enumerable.Range(0, 40)
                .Select(_ => random.Below(content.Length))];
            foreach (int at in places.Where(p => p < content.Length))
            {
                byte[] flipped = [.. content];
                flipped[at] ^= (byte)(1 << random.Below(8));
                File.WriteAllBytes(path, flipped);
                AuditReport report = Audit();
                Assert.False(report.IsSound, $"{path}, byte {at}");
                Assert.Equal(
                    path.Contains("blocks", StringComparison.Ordinal), report.FirstBadBlock is not null);
                Assert.True(report.FirstBadBlock is null || report.FirstBadBlock == report.Blocks + 1);
            }

            File.WriteAllBytes(path, content);
        }
    }

    [Fact]
    public void A_block_that_was_altered_together_with_all_its_checksums_is_found_by_its_certificate()
    {
        Rewrite(5, stored =>
        {
            Block block = BlockCodec.TryDecode(stored.Block.Span, out _)!;
            SignedTransaction other = _chain.Network.Sign(
                _chain.Network.HospitalIds[0], 5, new NoteBody(new ByteString([9])));
            Block altered = block with { Transactions = [other], Header = block.Header with
            {
                TransactionRoot = BlockRules.TransactionRoot([other]),
            } };
            return StoredBlock.Of(stored.Height, BlockCodec.Encode(altered), stored.Certificate());
        });
        AuditReport report = Audit();
        Assert.Equal((5UL, 4UL), (report.FirstBadBlock, report.Blocks));
        Assert.Contains("block 5: the certificate is of another block", Assert.Single(report.Faults),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_with_a_forged_signature_is_found_though_the_block_is_good()
    {
        Rewrite(9, stored =>
        {
            QuorumCertificate good = stored.Certificate();
            return StoredBlock.Of(stored.Height, stored.Block.Span, good with
            {
                Signatures = good.Signatures.SetItem(1, good.Signatures[0]),
            });
        });
        AuditReport report = Audit();
        Assert.Equal(9UL, report.FirstBadBlock);
        Assert.Contains("signature of validator 1 is not valid", report.Faults[0], StringComparison.Ordinal);
    }

    [Fact]
    public void The_genesis_of_another_network_and_a_folder_without_a_store_are_refused()
    {
        AuditReport report = StoreAudit.Run(Store, new TestNetwork(seed: 2).Genesis);
        Assert.Contains("names another chain", report.Faults[0], StringComparison.Ordinal);
        Assert.Equal(1UL, report.FirstBadBlock);
        Assert.Throws<StoreException>(() => StoreAudit.Run(_folder["nothing"], _chain.Network.Genesis));
    }

    [Fact]
    public void A_missing_segment_or_log_is_a_fault()
    {
        File.Delete(Path.Combine(Store, "wal.log"));
        Assert.Contains("wal.log: missing", Assert.Single(Audit().Faults), StringComparison.Ordinal);
        File.Move(
            Path.Combine(Store, "blocks", "blocks-000001.log"), Path.Combine(Store, "blocks", "blocks-000002.log"));
        Assert.Equal(1UL, Audit().FirstBadBlock);
    }

    private AuditReport Audit() => StoreAudit.Run(Store, _chain.Network.Genesis);

    /// <summary>As somebody would who owns the disk: every checksum and link is right again.</summary>
    private void Rewrite(ulong height, Func<StoredBlock, StoredBlock> alter)
    {
        List<StoredBlock> blocks = [];
        using (NodeStore store = NodeStore.Open(Store, _chain.Network.Chain, blocks.Add))
        {
        }

        Directory.Delete(Path.Combine(Store, "blocks"), recursive: true);
        using NodeStore rewritten = NodeStore.Open(Store, _chain.Network.Chain, _ => { });
        foreach (StoredBlock block in blocks)
        {
            rewritten.Blocks.Append(block.Height.Value == height ? alter(block) : block);
        }

        rewritten.Blocks.Flush();
    }

    private Dictionary<string, byte[]> Files() => Directory
        .EnumerateFiles(Store, "*", SearchOption.AllDirectories).ToDictionary(f => f, File.ReadAllBytes);
}

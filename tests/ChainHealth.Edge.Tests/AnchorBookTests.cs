using System.Collections.Immutable;
using ChainHealth.Learning;
using ChainHealth.Ledger;
using ChainHealth.Primitives;
using ChainHealth.Testing;

namespace ChainHealth.Edge.Tests;

public sealed class AnchorBookTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("chainhealth-anchors-").FullName;
    private readonly Records records = DatasetLoader.Load("wdbc").Train.Take([.. Enumerable.Range(0, 21)]);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void An_anchored_record_is_known_and_a_changed_label_or_value_is_found()
    {
        var book = new AnchorBook(folder);
        AnchoredRecords anchored = Anchored(book);
        float[] altered = records[7].ToArray();
        altered[3] += 0.01f;
        int other = 1 - records.Labels[7];

        Assert.Equal((true, 7), Find(book, anchored, records[7], records.Labels[7]));
        Assert.Equal((false, 7), Find(book, anchored, records[7], other));
        Assert.Equal((true, 7), Find(book, anchored, records[7], -1));
        Assert.Equal((false, 7), Find(book, anchored, altered, records.Labels[7], number: 7));
        Assert.Equal((false, 99), Find(book, anchored, records[7], records.Labels[7], number: 99));
        Assert.Null(Find(book, anchored, altered, records.Labels[7]));
    }

    [Fact]
    public void Without_the_salt_the_same_record_has_another_hash()
    {
        var other = new AnchorBook(Path.Combine(folder, "other"));

        Assert.NotEqual(new AnchorBook(folder).Leaves(records)[0], other.Leaves(records)[0]);
        Assert.Equal(other.Leaves(records)[0], new AnchorBook(Path.Combine(folder, "other")).Leaves(records)[0]);
    }

    [Fact]
    public void Kept_hashes_that_were_touched_no_longer_fit_the_chain()
    {
        var book = new AnchorBook(folder);
        Anchored(book);
        string kept = Directory.GetFiles(folder, "*.leaves").Single();
        byte[] bytes = File.ReadAllBytes(kept);
        bytes[5] ^= 1;
        File.WriteAllBytes(kept, bytes);

        Assert.Throws<InvalidDataException>(() => Open(book));
    }

    private AnchoredRecords Anchored(AnchorBook book)
    {
        book.Keep(MerkleTree.Root(book.Leaves(records)), records);
        return Open(book)!;
    }

    private AnchoredRecords? Open(AnchorBook book)
    {
        Digest root = MerkleTree.Root(new AnchorBook(folder).Leaves(records));
        var anchor = new DatasetAnchor(new MemberId(5), new Height(3), new Instant(9), "wdbc", 1, root, records.Count);
        var chain = new LedgerScenario();
        LedgerState state = chain.State with
        {
            Anchors = chain.State.Anchors.SetItem(new MemberId(5), ImmutableArray.Create<Anchor>(anchor)),
        };
        return book.Open("wdbc", state, new MemberId(5));
    }

    private static (bool Same, int Place)? Find(
        AnchorBook book, AnchoredRecords anchored, ReadOnlySpan<float> values, int label, int number = -1) =>
        anchored.Find(book.LeafOf(values, label), book.ValuesOf(values), number, label);
}

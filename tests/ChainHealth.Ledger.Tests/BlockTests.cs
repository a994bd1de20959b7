using System.Collections.Immutable;
using ChainHealth.Primitives;
using ChainHealth.Testing;
using CsCheck;

namespace ChainHealth.Ledger.Tests;

public class BlockTests
{
    private static readonly TestNetwork Network = Samples.Network;
    private static readonly LedgerState State = LedgerState.FromGenesis(Network.Genesis);
    private static readonly Instant Now = new(State.Time.UnixMs + 1000);

    public static TheoryData<string, Func<Block, Block>> Invalid => new()
    {
        { "chain", b => Header(b, h => h with { Chain = Digest.Zero }) },
        { "epoch", b => Header(b, h => h with { Epoch = new Epoch(1) }) },
        { "height 2", b => Header(b, h => h with { Height = new Height(2) }) },
        { "height", b => Header(b, h => h with { Height = new Height(ulong.MaxValue) }) },
        { "parent", b => Header(b, h => h with { Parent = Digest.Zero }) },
        { "before the parent", b => Header(b, h => h with { Time = new Instant(State.Time.UnixMs - 1) }) },
        { "ahead", b => Header(b, h => h with { Time = new Instant(Now.UnixMs + 5001) }) },
        { "out of range", b => Header(b, h => h with { Time = new Instant(long.MaxValue) }) },
        { "no validator", b => Header(b, h => h with { Proposer = new ReplicaId(4) }) },
        { "transaction root", b => Header(b, h => h with { TransactionRoot = Digest.Zero }) },
        { "transaction root", b => b with { Transactions = [b.Transactions[1], b.Transactions[0]] } },
        { "state root", b => Header(b, h => h with { StateRoot = Digest.Zero }) },
        { "state root", b => Header(b, h => h with { Time = new Instant(h.Time.UnixMs + 1) }) },
        { "transaction 1: nonce 2", b => Rooted(b, [b.Transactions[0], Note(6, 2)]) },
        { "transaction 1: nonce 1 of m5 was used", b => Rooted(b, [b.Transactions[0], b.Transactions[0]]) },
        { "transaction 0: signature", b => Rooted(b, [b.Transactions[0] with { Signature = default }]) },
        { "transaction 0: starting", b => Rooted(b, [Network.Sign(new MemberId(5), 1, Samples.Bodies[2])]) },
        {
            "more than 4096 transactions",
            b => b with { Transactions = [.. Enumerable.Repeat(b.Transactions[0], Block.TransactionsMax + 1)] }
        },
        {
            "more than 4194304 bytes",
            b => b with { Transactions = [.. Enumerable.Repeat(Note(5, 1, NoteBody.BytesMax), 64)] }
        },
    };

    [Fact]
    public void B_a_built_block_is_valid_and_gives_the_state_that_the_builder_saw()
    {
        BuiltBlock built = Build(Note(5, 1), Note(6, 1), Note(5, 2));
        Assert.Empty(built.Dropped);
        BlockOutcome outcome = BlockRules.Check(State, built.Block, Now, Verifier());
        Assert.Null(outcome.Fault);
        Assert.Equal(built.Next.Root, outcome.Next!.Root);
        Assert.Equal((built.Block.Header.Hash(), 3UL), (outcome.Next.Tip, outcome.Next.TransactionCount));
        Assert.Equal(3UL, outcome.Next.NextNonce(new MemberId(5)));
        Assert.Equal(outcome.Next.Root, State.Apply(built.Block).Next!.Root);
    }

    [Theory]
    [MemberData(nameof(Invalid))]
    public void B_a_spoilt_block_is_refused(string words, Func<Block, Block> spoil)
    {
        Block block = spoil(Build(Note(5, 1), Note(6, 1)).Block);
        BlockOutcome outcome = BlockRules.Check(State, block, Now, Verifier());
        Assert.Null(outcome.Next);
        Assert.Contains(words, outcome.Fault, StringComparison.Ordinal);
        Assert.StartsWith("block ", outcome.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void The_builder_drops_what_the_rules_refuse_and_names_the_reason()
    {
        BuiltBlock built = Build(
            Note(5, 1), Note(5, 1), Note(6, 2), Network.Sign(new MemberId(7), 1, Samples.Bodies[2]), Note(7, 1));
        Assert.Equal([new MemberId(5), new MemberId(7)],
            built.Block.Transactions.Select(t => t.Transaction.Sender));
        Assert.Collection(built.Dropped,
            d => Assert.Contains("was used", d.Reason, StringComparison.Ordinal),
            d => Assert.Contains("too early", d.Reason, StringComparison.Ordinal),
            d => Assert.Contains("Provider", d.Reason, StringComparison.Ordinal));
        Assert.Null(BlockRules.Check(State, built.Block, Now, Verifier()).Fault);
    }

    [Fact]
    public void The_builder_keeps_to_the_limits_of_a_block()
    {
        SignedTransaction[] many = [.. Enumerable.Range(1, 80).Select(n => Note(5, (ulong)n, NoteBody.BytesMax))];
        BuiltBlock built = Build(many);
        Assert.InRange(built.Block.Transactions.Length, 60, 63);
        Assert.InRange(BlockCodec.Encode(built.Block).Length, 1, Block.BytesMax);
        Assert.Null(BlockRules.Check(State, built.Block, Now, Verifier()).Fault);
        Assert.Equal(2, Build(transactionsMax: 2, Note(5, 1), Note(5, 2), Note(5, 3)).Block.Transactions.Length);
    }

    [Fact]
    public void A_builder_whose_clock_is_behind_takes_the_parents_time()
    {
        BuiltBlock built = BlockBuilder.Build(State, [], new Instant(0), new ReplicaId(0));
        Assert.Equal(State.Time, built.Block.Header.Time);
    }

    [Fact]
    public void A_signature_is_verified_once_however_often_it_is_met()
    {
        int verified = 0;
        var verifier = new TransactionVerifier(Network.Chain, (key, message, signature) =>
        {
            verified++;
            return Secp256k1.Verify(key, message, signature);
        });
        SignedTransaction note = Note(5, 1);
        Assert.NotNull(verifier.Verify(note, State, out _));
        SignedTransaction again = TransactionCodec.TryDecode(note.Bytes.Span, out _)!;
        Assert.NotNull(verifier.Verify(again, State, out _));
        Assert.Null(verifier.Verify(again with { Signature = default }, State, out string? fault));
        Assert.Equal("signature of m5 is not valid", fault);
        Assert.Equal(2, verified);
    }

    [Fact]
    public void The_verifier_forgets_but_never_errs_when_it_is_full()
    {
        var verifier = new TransactionVerifier(Network.Chain, rememberedMax: 4);
        SignedTransaction[] notes = [.. Enumerable.Range(1, 20).Select(n => Note(5, (ulong)n))];
        Assert.All(notes.Concat(notes), n => Assert.NotNull(verifier.Verify(n, State, out _)));
        Assert.Null(verifier.Verify(Note(6, 1) with { Signature = notes[0].Signature }, State, out _));
    }

    [Fact]
    public void Unknown_senders_and_other_chains_are_refused_before_any_signature_is_looked_at()
    {
        var verifier = new TransactionVerifier(
            Network.Chain, (_, _, _) => throw new InvalidOperationException("looked at"));
        SignedTransaction note = Note(5, 1);
        Transaction other = note.Transaction with { Chain = Digest.Zero };
        Assert.Null(verifier.Verify(note with { Transaction = other }, State, out string? fault));
        Assert.Contains("of chain 00000000", fault, StringComparison.Ordinal);
        Transaction stranger = note.Transaction with { Sender = new MemberId(99) };
        Assert.Null(verifier.Verify(note with { Transaction = stranger }, State, out fault));
        Assert.Equal("m99 is no member", fault);
    }

    [Fact]
    public void Mutated_block_bytes_are_refused_with_a_reason_or_stand_for_exactly_themselves()
    {
        byte[] sound = BlockCodec.Encode(Build(Note(5, 1), Note(6, 1)).Block);
        Gen.Select(Gen.Int[0, sound.Length - 1], Gen.Byte).Array[1, 4].Sample(edits =>
        {
            byte[] bytes = [.. sound];
            foreach ((int at, byte value) in edits)
            {
                bytes[at] = value;
            }

            Block? block = BlockCodec.TryDecode(bytes, out string? fault);
            Assert.Equal(block is null, fault is not null);
            if (block is not null)
            {
                Assert.Equal(bytes, BlockCodec.Encode(block));
                Block restored = Header(block, h => h with { Proposer = new ReplicaId(1) });
                BlockOutcome outcome = BlockRules.Check(State, restored, Now, Verifier());
                Assert.Equal(BlockCodec.Encode(restored).AsSpan().SequenceEqual(sound), outcome.Fault is null);
            }
        }, iter: 2000);
    }

    [Fact]
    public void Cut_blocks_are_refused()
    {
        byte[] sound = BlockCodec.Encode(Build(Note(5, 1)).Block);
        Assert.All(Enumerable.Range(0, sound.Length), n =>
            Assert.Null(BlockCodec.TryDecode(sound.AsSpan(0, n), out _)));
    }

    private static SignedTransaction Note(uint sender, ulong nonce, int bytes = 16) =>
        Network.Sign(new MemberId(sender), nonce, new NoteBody(new ByteString(new byte[bytes])));

    private static TransactionVerifier Verifier() => new(Network.Chain);

    private static BuiltBlock Build(params SignedTransaction[] candidates) =>
        Build(Block.TransactionsMax, candidates);

    private static BuiltBlock Build(int transactionsMax, params SignedTransaction[] candidates)
    {
        TransactionVerifier verifier = Verifier();
        return BlockBuilder.Build(
            State, candidates.Select(c => verifier.Verify(c, State, out _)!), Now, new ReplicaId(1), transactionsMax);
    }

    private static Block Header(Block block, Func<BlockHeader, BlockHeader> change) =>
        block with { Header = change(block.Header) };

    private static Block Rooted(Block block, ImmutableArray<SignedTransaction> transactions) => new(
        block.Header with { TransactionRoot = BlockRules.TransactionRoot(transactions) }, transactions);
}

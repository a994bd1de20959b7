using ChainHealth.Client;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Node.Tests;

public sealed class MempoolTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<MemberIdentity> _identities;
    private readonly Genesis _genesis;
    private readonly TransactionVerifier _verifier;
    private readonly LedgerState _state;

    public MempoolTests()
    {
        _genesis = NetworkFactory.Create(_folder["network"], new NetworkOptions { Hospitals = 2 });
        _identities = [.. new[] { "hospital-1", "hospital-2" }
            .Select(n => MemberIdentity.Load(_folder["network"], n))];
        _verifier = new TransactionVerifier(_genesis.Hash());
        _state = LedgerState.FromGenesis(_genesis);
    }

    public void Dispose()
    {
        _identities.ForEach(i => i.Dispose());
        _folder.Dispose();
    }

    [Fact]
    public void Transactions_leave_in_nonce_order_and_members_take_turns()
    {
        var pool = new Mempool(new MempoolLimits());
        for (ulong nonce = 200; nonce > 0; nonce--)
        {
            pool.Add(Note(0, nonce), _state, allowGap: true);
        }

        pool.Add(Note(1, 1), _state, allowGap: false);
        List<VerifiedTransaction> taken = pool.Candidates(_state, 100);
        ulong[] ofFirst = [.. taken.Where(t => IsOf(t, 0)).Select(t => t.Signed.Transaction.Nonce)];
        Assert.Equal(Enumerable.Range(1, 99).Select(n => (ulong)n), ofFirst);
        Assert.Single(taken, t => IsOf(t, 1));
    }

    [Fact]
    public void A_gap_holds_back_what_stands_behind_it()
    {
        var pool = new Mempool(new MempoolLimits());
        pool.Add(Note(0, 1), _state, allowGap: true);
        pool.Add(Note(0, 3), _state, allowGap: true);
        Assert.Single(pool.Candidates(_state, 10));
        pool.Add(Note(0, 2), _state, allowGap: true);
        Assert.Equal(3, pool.Candidates(_state, 10).Count);
        Assert.Equal(4UL, pool.NextNonce(_identities[0].Member.Id, _state));
    }

    [Fact]
    public void A_client_is_told_the_nonce_that_is_next()
    {
        var pool = new Mempool(new MempoolLimits());
        VerifiedTransaction first = Note(0, 1);
        Assert.Equal(SubmitResult.Accepted, pool.Add(first, _state, allowGap: false).Result);
        Assert.Equal(SubmitResult.Accepted, pool.Add(first, _state, allowGap: false).Result);
        Assert.Equal(1, pool.Count);
        SubmitOutcome gap = pool.Add(Note(0, 3), _state, allowGap: false);
        Assert.Equal((SubmitResult.WrongNonce, 2UL), (gap.Result, gap.NextNonce));
        SubmitOutcome other = pool.Add(Note(0, 1, content: 9), _state, allowGap: false);
        Assert.Equal((SubmitResult.WrongNonce, 2UL), (other.Result, other.NextNonce));
    }

    [Fact]
    public void A_client_that_saw_the_newest_block_first_is_not_refused_by_a_node_that_reads_its_state_late()
    {
        var pool = new Mempool(new MempoolLimits());
        VerifiedTransaction[] notes = [.. Enumerable.Range(1, 3).Select(n => Note(0, (ulong)n))];
        pool.Add(notes[0], _state, allowGap: false);
        pool.Add(notes[1], _state, allowGap: false);
        LedgerState after = BlockBuilder.Build(_state, notes[..2], _state.Time, new ReplicaId(0)).Next;
        pool.Prune(after);
        Assert.Equal(0, pool.Count);
        Assert.Equal(SubmitResult.Accepted, pool.Add(notes[2], _state, allowGap: false).Result);
        Assert.Equal(SubmitResult.WrongNonce, pool.Add(notes[0], _state, allowGap: false).Result);
        Assert.Equal(notes[2].Signed.Id, Assert.Single(pool.Candidates(after, 10)).Signed.Id);
        Assert.Equal(4UL, pool.NextNonce(_identities[0].Member.Id, _state));
    }

    [Fact]
    public void A_state_far_ahead_empties_the_queue_and_moves_the_next_nonce()
    {
        var pool = new Mempool(new MempoolLimits());
        pool.Add(Note(0, 1), _state, allowGap: false);
        pool.Add(Note(0, 900), _state, allowGap: true);
        MemberId sender = _identities[0].Member.Id;
        pool.Prune(_state with { Nonces = _state.Nonces.SetItem(sender, 1_000) });
        Assert.Equal((0, 1_001UL), (pool.Count, pool.NextNonce(sender, _state)));
    }

    [Fact]
    public void One_member_cannot_fill_the_pool()
    {
        var pool = new Mempool(new MempoolLimits { TransactionsPerMemberMax = 5 });
        for (ulong nonce = 1; nonce <= 5; nonce++)
        {
            Assert.Equal(SubmitResult.Accepted, pool.Add(Note(0, nonce), _state, allowGap: false).Result);
        }

        Assert.NotEqual(SubmitResult.Accepted, pool.Add(Note(0, 6), _state, allowGap: false).Result);
        Assert.Equal(SubmitResult.Accepted, pool.Add(Note(1, 1), _state, allowGap: false).Result);
    }

    [Fact]
    public void What_is_refused_goes_with_all_behind_it_and_is_remembered()
    {
        var pool = new Mempool(new MempoolLimits());
        VerifiedTransaction[] notes = [.. Enumerable.Range(1, 3).Select(n => Note(0, (ulong)n))];
        Array.ForEach(notes, n => pool.Add(n, _state, allowGap: false));
        pool.Refuse(notes[1], "because");
        Assert.Equal(1, pool.Count);
        Assert.Equal("because", pool.RefusalOf(notes[1].Signed.Id));
        Assert.Contains("earlier transaction", pool.RefusalOf(notes[2].Signed.Id));
        pool.Forgive(notes[1].Signed.Id);
        Assert.Null(pool.RefusalOf(notes[1].Signed.Id));
        Assert.Equal(SubmitResult.Accepted, pool.Add(notes[1], _state, allowGap: false).Result);
    }

    private bool IsOf(VerifiedTransaction transaction, int member) =>
        transaction.Signed.Transaction.Sender == _identities[member].Member.Id;

    private VerifiedTransaction Note(int member, ulong nonce, byte content = 1)
    {
        MemberIdentity identity = _identities[member];
        var note = new NoteBody(new ByteString([content]));
        SignedTransaction signed =
            new Transaction(_genesis.Hash(), identity.Member.Id, nonce, note).Sign(identity.SigningKey);
        return _verifier.Verify(signed, _state, out _)!;
    }
}

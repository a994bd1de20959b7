using ChainHealth.Client;
using ChainHealth.Consensus;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Node.Tests;

/// <summary>What a validator holds against a primary that orders others: the application's side of rule T7.</summary>
public sealed class PassedOverTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Mempool _pool = new(new MempoolLimits());
    private readonly MemberIdentity _hospital;
    private readonly TransactionVerifier _verifier;
    private readonly ChainView _view;
    private readonly NodeStore _store;
    private readonly LedgerApplication _application;

    public PassedOverTests()
    {
        Genesis genesis = NetworkFactory.Create(_folder["network"], new NetworkOptions { Hospitals = 2 });
        _hospital = MemberIdentity.Load(_folder["network"], "hospital-1");
        _verifier = new TransactionVerifier(genesis.Hash());
        _view = new ChainView(genesis);
        _store = NodeStore.Open(_folder["store"], genesis.Hash(), _ => { });
        _application = new LedgerApplication(
            new ReplicaId(0), _view, _store, _pool, _verifier, new ProposalReader(_verifier), TimeProvider.System);
    }

    public void Dispose()
    {
        _store.Dispose();
        _hospital.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void T7_The_next_transaction_of_a_member_waits_from_when_it_was_first_seen_to_be_next()
    {
        Assert.Null(_application.LongestWaiting(new Instant(1_000)));
        Add(1, new NoteBody(default));
        Add(2, new NoteBody(default));
        Assert.Equal(new Waiting(new Instant(2_000), default), _application.LongestWaiting(new Instant(2_000)));
        Assert.Equal(new Instant(2_000), _application.LongestWaiting(new Instant(9_000))?.Since);
    }

    [Fact]
    public void T7_What_stands_in_a_proposal_in_flight_does_not_wait()
    {
        Add(1, new NoteBody(default));
        Assert.NotNull(_application.Propose(new ChainTip(default, _view.State.Tip), new Instant(1_000)));
        Assert.Null(_application.LongestWaiting(new Instant(2_000)));
    }

    [Fact]
    public void T7_What_the_rules_refuse_is_held_against_nobody_and_leaves_the_pool()
    {
        Add(1, new SuspendMemberBody(new MemberId(2), "a hospital cannot vote", default));
        Assert.Null(_application.LongestWaiting(new Instant(1_000)));
        Assert.Equal(0, _pool.Count);
    }

    private void Add(ulong nonce, TransactionBody body)
    {
        SignedTransaction signed =
            new Transaction(_hospital.Chain, _hospital.Member.Id, nonce, body).Sign(_hospital.SigningKey);
        _pool.Add(_verifier.Verify(signed, _view.State, out _)!, _view.State, allowGap: false);
    }
}

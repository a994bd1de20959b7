using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Dashboard.Chain;

/// <summary>An act of the protocol as it stands in a block.</summary>
public readonly record struct Act(Digest Transaction, Height Height, Instant At);

/// <summary>What the pages look up and the ledger state does not hold: where acts and block hashes stand. Filled from
/// verified blocks in order; safe to read while it grows. Bounded: the oldest entries leave first.</summary>
public sealed class ChainIndex
{
    /// <summary>Entries of each kind; about 100 bytes each.</summary>
    public const int EntriesMax = 200_000;

    private readonly Lock _gate = new();
    private readonly Bounded<Digest, Height> _blocks = new(EntriesMax);
    private readonly Bounded<(RunId Run, int Round, MemberId Member, Type Kind), Act> _acts = new(EntriesMax);
    private readonly Bounded<MemberId, Act> _last = new(Genesis.MembersMax * 2);
    private readonly Bounded<PublicKey, Act> _proposals = new(Genesis.MembersMax * 2);
    private readonly Bounded<PublicKey, Act> _admissions = new(Genesis.MembersMax * 2);
    private readonly Bounded<(MemberId Member, Digest Root), Act> _anchors = new(EntriesMax);
    private ulong _height;

    /// <summary>Of the last block that was read.</summary>
    public Height Height => new(Interlocked.Read(ref _height));

    public void Add(CertifiedBlock block)
    {
        ArgumentNullException.ThrowIfNull(block);
        BlockHeader header = block.Block.Header;
        lock (_gate)
        {
            _blocks.Set(header.Hash(), header.Height);
            foreach (SignedTransaction signed in block.Block.Transactions)
            {
                Transaction transaction = signed.Transaction;
                var act = new Act(transaction.Id(), header.Height, header.Time);
                _last.Set(transaction.Sender, act);
                NoteMembers(transaction.Sender, transaction.Body, act);
                if (RoundOf(transaction.Body) is { } place)
                {
                    _acts.Set((place.Run, place.Round, transaction.Sender, transaction.Body.GetType()), act);
                }
            }
        }

        Interlocked.Exchange(ref _height, header.Height.Value);
    }

    public Height? BlockOf(Digest hash)
    {
        lock (_gate)
        {
            return _blocks.Find(hash);
        }
    }

    /// <summary>The member's newest act of this kind in the round; approvals of the plan stand in round 0.
    /// </summary>
    public Act? Find<TBody>(RunId run, int round, MemberId member)
        where TBody : TransactionBody
    {
        lock (_gate)
        {
            return _acts.Find((run, round, member, typeof(TBody)));
        }
    }

    /// <summary>The newest act of the member of any kind.</summary>
    public Act? LastOf(MemberId member)
    {
        lock (_gate)
        {
            return _last.Find(member);
        }
    }

    /// <summary>Where a member with this key was proposed; null for those of the genesis.</summary>
    public Act? ProposalOf(PublicKey key)
    {
        lock (_gate)
        {
            return _proposals.Find(key);
        }
    }

    /// <summary>The newest vote for the admission of this key: of a member, the one that admitted it, because none is
    /// taken after that.</summary>
    public Act? LastVoteFor(PublicKey key)
    {
        lock (_gate)
        {
            return _admissions.Find(key);
        }
    }

    /// <summary>Where the member anchored a data set with this root last.</summary>
    public Act? AnchorOf(MemberId member, Digest root)
    {
        lock (_gate)
        {
            return _anchors.Find((member, root));
        }
    }

    private void NoteMembers(MemberId sender, TransactionBody body, Act act)
    {
        switch (body)
        {
            case ProposeMemberBody b:
                _proposals.Set(b.Member.SigningKey, act);
                break;
            case AdmitMemberBody b:
                _admissions.Set(b.Member.SigningKey, act);
                break;
            case AnchorDatasetBody b:
                _anchors.Set((sender, b.Root), act);
                break;
            default:
                break;
        }
    }

    private static (RunId Run, int Round)? RoundOf(TransactionBody body) => body switch
    {
        ApprovePlanBody b => (b.Run, 0),
        CommitUpdateBody b => (b.Run, b.Round),
        AttestUpdatesBody b => (b.Run, b.Round),
        CastVerdictBody b => (b.Run, b.Round),
        CastModelBody b => (b.Run, b.Round),
        ConfirmModelBody b => (b.Run, b.Round),
        ReportMetricsBody b => (b.Run, b.Round),
        _ => null,
    };

    private sealed class Bounded<TKey, TValue>(int capacity)
        where TKey : notnull
        where TValue : struct
    {
        private readonly Dictionary<TKey, TValue> _entries = [];
        private readonly Queue<TKey> _order = [];

        public TValue? Find(TKey key) => _entries.TryGetValue(key, out TValue value) ? value : null;

        public void Set(TKey key, TValue value)
        {
            if (_entries.ContainsKey(key))
            {
                _entries[key] = value;
                return;
            }

            if (_entries.Count == capacity)
            {
                _entries.Remove(_order.Dequeue());
            }

            _entries.Add(key, value);
            _order.Enqueue(key);
        }
    }
}

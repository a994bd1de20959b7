using ChainHealth.Client;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Node;

/// <summary>Limits of the transactions that wait.</summary>
internal sealed record MempoolLimits
{
    public int TransactionsMax { get; init; } = 20_000;

    public long BytesMax { get; init; } = 64L * 1024 * 1024;

    /// <summary>Of one member, so that nobody can fill the pool alone.</summary>
    public int TransactionsPerMemberMax { get; init; } = 4_096;

    public long BytesPerMemberMax { get; init; } = 16L * 1024 * 1024;

    /// <summary>Reasons of refused transactions that are remembered.</summary>
    public int RefusedMax { get; init; } = 4_096;
}

/// <summary>Transactions that wait for a block, in nonce order for each member. May be used by several threads.
/// </summary>
internal sealed class Mempool(MempoolLimits limits)
{
    /// <summary>Taken from one member before the next has its turn.</summary>
    private const int TurnTransactions = 64;

    private readonly Lock _gate = new();
    private readonly Dictionary<MemberId, MemberQueue> _queues = [];
    private readonly Dictionary<Digest, string> _refused = [];
    private readonly Queue<Digest> _refusedOrder = [];
    private int _count;
    private long _bytes;
    private int _turn;
    private long _version;

    /// <summary>Grows with each change.</summary>
    public long Version => Volatile.Read(ref _version);

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _count;
            }
        }
    }

    /// <summary>The nonce after the unbroken row of committed and waiting ones.</summary>
    public ulong NextNonce(MemberId member, LedgerState committed)
    {
        lock (_gate)
        {
            Raise(QueueOf(member), committed);
            return QueueOf(member).Next;
        }
    }

    /// <summary>Why it was refused before; null where it was not.</summary>
    public string? RefusalOf(Digest transaction)
    {
        lock (_gate)
        {
            return _refused.GetValueOrDefault(transaction);
        }
    }

    /// <summary>The rules allow now what they refused before.</summary>
    public void Forgive(Digest transaction)
    {
        lock (_gate)
        {
            _refused.Remove(transaction);
        }
    }

    /// <param name="allowGap">From a peer: what lies between may come by another way.</param>
    public SubmitOutcome Add(VerifiedTransaction verified, LedgerState committed, bool allowGap)
    {
        Transaction transaction = verified.Signed.Transaction;
        lock (_gate)
        {
            MemberQueue queue = QueueOf(transaction.Sender);
            Raise(queue, committed);
            (ulong first, ulong next) = (queue.First, queue.Next);
            if (queue.Find(transaction.Nonce) is { } waiting)
            {
                return waiting.Signed.Id == verified.Signed.Id
                    ? SubmitOutcome.Accepted
                    : SubmitOutcome.WrongNonce($"another transaction with nonce {transaction.Nonce} waits", next);
            }

            if (transaction.Nonce < first || (transaction.Nonce != next && !allowGap)
                || transaction.Nonce - first >= (ulong)limits.TransactionsPerMemberMax)
            {
                return SubmitOutcome.WrongNonce($"nonce {transaction.Nonce}, the next is {next}", next);
            }

            int bytes = verified.Signed.Bytes.Length;
            if (_count >= limits.TransactionsMax || _bytes + bytes > limits.BytesMax
                || queue.Count >= limits.TransactionsPerMemberMax || queue.Bytes + bytes > limits.BytesPerMemberMax)
            {
                return SubmitOutcome.Busy("too many transactions wait");
            }

            queue.Add(verified);
            Changed(1, bytes);
            return SubmitOutcome.Accepted;
        }
    }

    /// <summary>The next transaction of each member after this state.</summary>
    public List<VerifiedTransaction> Next(LedgerState state)
    {
        lock (_gate)
        {
            return [.. _queues.Values.Select(q => q.Find(state.NextNonce(q.Member))).OfType<VerifiedTransaction>()];
        }
    }

    /// <summary>What may stand in the next block after this state, in nonce order: first the next one of each member,
    /// so that nobody is passed over (T7), then members in turn.</summary>
    public List<VerifiedTransaction> Candidates(LedgerState parent, int max)
    {
        List<VerifiedTransaction> taken = [];
        lock (_gate)
        {
            MemberQueue[] queues = [.. _queues.Values.Where(q => q.Count > 0)];
            var next = queues.Select(q => parent.NextNonce(q.Member)).ToArray();
            int first = _turn++;
            int idle = 0;
            for (int i = 0; idle < queues.Length && taken.Count < max; i++)
            {
                int at = (int)((uint)(first + i) % (uint)queues.Length);
                int before = taken.Count;
                int turn = i < queues.Length ? 1 : TurnTransactions;
                while (taken.Count < max && taken.Count - before < turn
                    && queues[at].Find(next[at]) is { } found)
                {
                    taken.Add(found);
                    next[at]++;
                }

                idle = taken.Count == before ? idle + 1 : 0;
            }
        }

        return taken;
    }

    /// <summary>Drops what the committed state has used up.</summary>
    public void Prune(LedgerState committed)
    {
        lock (_gate)
        {
            foreach (MemberQueue queue in _queues.Values)
            {
                Raise(queue, committed);
            }
        }
    }

    /// <summary>The rules refuse it on the committed state: it goes, and what its sender put behind it can never
    /// follow.</summary>
    public void Refuse(VerifiedTransaction verified, string reason)
    {
        lock (_gate)
        {
            Transaction transaction = verified.Signed.Transaction;
            if (QueueOf(transaction.Sender).Find(transaction.Nonce)?.Signed.Id != verified.Signed.Id)
            {
                return;
            }

            Remember(verified.Signed.Id, reason);
            foreach (VerifiedTransaction behind in QueueOf(transaction.Sender).RemoveFrom(transaction.Nonce))
            {
                Remember(behind.Signed.Id, $"an earlier transaction of its sender was refused: {reason}");
                Changed(-1, -behind.Signed.Bytes.Length);
            }
        }
    }

    /// <summary>All that waits, to be passed on to a peer that was away.</summary>
    public List<SignedTransaction> All(int max)
    {
        lock (_gate)
        {
            return [.. _queues.Values.SelectMany(q => q.All).Take(max).Select(t => t.Signed)];
        }
    }

    private void Raise(MemberQueue queue, LedgerState committed)
    {
        (int count, long bytes) = queue.Raise(committed.NextNonce(queue.Member));
        if (count > 0)
        {
            Changed(-count, -bytes);
        }
    }

    private MemberQueue QueueOf(MemberId member)
    {
        if (!_queues.TryGetValue(member, out MemberQueue? queue))
        {
            queue = new MemberQueue(member);
            _queues.Add(member, queue);
        }

        return queue;
    }

    private void Changed(int count, long bytes)
    {
        _count += count;
        _bytes += bytes;
        _version++;
    }

    private void Remember(Digest id, string reason)
    {
        if (_refused.TryAdd(id, reason))
        {
            _refusedOrder.Enqueue(id);
        }

        while (_refusedOrder.Count > limits.RefusedMax)
        {
            _refused.Remove(_refusedOrder.Dequeue());
        }
    }
}

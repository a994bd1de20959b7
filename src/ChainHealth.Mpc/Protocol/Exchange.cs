using System.Diagnostics;
using System.Security.Cryptography;

namespace ChainHealth.Mpc;

/// <summary>One exchange of joint messages JMP(s, b to r; v). Sender and witness both know v: the sender's message
/// carries it, the witness's message carries one tag over everything that this sender sends to this receiver on its
/// word. <see cref="RunAsync"/> checks every tag before it returns, so nothing that depends on an unchecked value can
/// be sent. Use: Open, Add all segments, Prepare, write Values as sender and as witness, Run, read Values as receiver.
/// Where several strands run in step they share it (<see cref="Lockstep"/>).
/// </summary>
internal sealed class Exchange : IDisposable
{
    private const int TagWords = MessageTag.Bytes / sizeof(ulong);

    private readonly MpcSession _session;
    private readonly int _me;
    private readonly List<(PairRoles Roles, int Offset)> _segments = new(8);

    // By sender, witness, receiver: words.
    private readonly int[,,] _words = new int[4, 4, 4];
    private readonly RingBuffer?[] _outgoing = new RingBuffer?[ExchangeMessages.Parties];
    private readonly RingBuffer?[] _incoming = new RingBuffer?[ExchangeMessages.Parties];
    private readonly RingBuffer?[,] _witnessed = new RingBuffer?[ExchangeMessages.Parties, ExchangeMessages.Parties];

    // Follows a large exchange: each sends at least a word to each, and so tells that it has accepted what came before.
    private bool _answers;

    /// <summary>Use <see cref="Open"/>.</summary>
    internal Exchange(MpcSession session)
    {
        _session = session;
        _me = session.Party;
        Number = session.PeekExchange();
    }

    public ulong Number { get; }

    /// <summary>Every other exchange swaps sender with witness and receiver with outsider, to even the load.</summary>
    public bool IsTurned => Number % 2 == 1;

    /// <summary>The exchange that comes next.</summary>
    public static Exchange Open(MpcSession session) => session.Lockstep?.Join() ?? new Exchange(session);

    /// <summary>Announces a joint message of <paramref name="words"/> words; the number returned names it.</summary>
    public int Add(PairRoles roles, int words)
    {
        if (roles.Sender == _session.Seats.Absent)
        {
            roles = roles with { Sender = roles.Witness, Witness = roles.Sender };
        }

        ref int channel = ref _words[roles.Sender, roles.Witness, roles.Receiver];
        _segments.Add((roles, channel));
        channel = checked(channel + words);
        return _segments.Count - 1;
    }

    /// <summary>Returns when all that take part have announced what they send.</summary>
    public ValueTask PrepareAsync()
    {
        if (_session.Lockstep is { } lockstep)
        {
            return lockstep.AnnouncedAsync();
        }

        Allocate();
        return ValueTask.CompletedTask;
    }

    /// <summary>Returns when all messages have come and all tags are right.</summary>
    public ValueTask RunAsync(CancellationToken cancellation) =>
        _session.Lockstep is { } lockstep ? lockstep.WrittenAsync() : SendAsync(cancellation);

    internal void Allocate()
    {
        _answers = _session.TakeUp(this);
        for (int peer = 0; peer < ExchangeMessages.Parties; peer++)
        {
            if (peer == _me)
            {
                continue;
            }

            // What an absent receiver would get is computed, being a share of the others, but goes nowhere.
            _outgoing[peer] = Rent(MessageWords(_me, peer));
            _outgoing[peer]?.Words(1).Clear();
            for (int r = 0; r < ExchangeMessages.Parties; r++)
            {
                _witnessed[peer, r] = Rent(_words[peer, _me, r]);
            }
        }
    }

    /// <summary>Where the segment's values lie at this party, be it sender, witness or receiver; null at the outsider.
    /// </summary>
    public unsafe ulong* Values(int segment)
    {
        (PairRoles roles, int offset) = _segments[segment];
        if (roles.Sender == _me)
        {
            return _outgoing[roles.Receiver]!.Pointer + ChannelOffset(_me, roles.Witness, roles.Receiver) + offset;
        }

        if (roles.Receiver == _me)
        {
            return _incoming[roles.Sender]!.Pointer + ChannelOffset(roles.Sender, roles.Witness, _me) + offset;
        }

        return roles.Witness == _me ? _witnessed[roles.Sender, roles.Receiver]!.Pointer + offset : null;
    }

    internal async ValueTask SendAsync(CancellationToken cancellation)
    {
        var messages = new ExchangeMessages { Exchange = Number };
        long payload = 0;
        long began = Stopwatch.GetTimestamp();
        for (int peer = 0; peer < ExchangeMessages.Parties; peer++)
        {
            if (peer != _me && _session.Seats.IsPresent(peer))
            {
                WriteTags(peer);
                payload += (long)ValueWords(_me, peer) * sizeof(ulong);
                messages.Send(peer, Bytes(_outgoing[peer], MessageWords(_me, peer)));
                _incoming[peer] = Rent(MessageWords(peer, _me));
                messages.Await(peer, Bytes(_incoming[peer], MessageWords(peer, _me)));
            }
        }

        _session.Profile?.Tagged(began);
        await _session.ExchangeAsync(messages, payload, cancellation);
        began = Stopwatch.GetTimestamp();
        for (int sender = 0; sender < ExchangeMessages.Parties; sender++)
        {
            for (int witness = 0; witness < ExchangeMessages.Parties; witness++)
            {
                CheckTag(sender, witness);
            }
        }

        _session.Profile?.Tagged(began);
    }

    /// <summary>What came is read. What was sent stays with the session for a few exchanges, in case that it is
    /// disputed.</summary>
    public void Dispose()
    {
        if (_session.Lockstep is null)
        {
            ReleaseIncoming();
        }
    }

    internal void ReleaseIncoming()
    {
        for (int peer = 0; peer < ExchangeMessages.Parties; peer++)
        {
            Release(ref _incoming[peer]);
        }
    }

    /// <summary>True where nothing is kept any more.</summary>
    public bool IsReleased { get; private set; }

    /// <summary>Of all parties together.</summary>
    public long TotalWords => _words.Cast<int>().Sum(w => (long)w);

    /// <summary>The receiver went on after this exchange: it has accepted what came, and cannot dispute it.</summary>
    public void ReleaseFor(int receiver)
    {
        Release(ref _outgoing[receiver]);
        bool kept = _outgoing.Any(o => o is not null);
        for (int sender = 0; sender < ExchangeMessages.Parties; sender++)
        {
            Release(ref _witnessed[sender, receiver]);
        }

        IsReleased = !kept && _witnessed.Cast<RingBuffer?>().All(w => w is null);
    }

    /// <summary>What this party sent or vouched for, as digests.</summary>
    public void State(DisputeJournal journal)
    {
        for (int sender = 0; sender < ExchangeMessages.Parties; sender++)
        {
            for (int witness = 0; witness < ExchangeMessages.Parties; witness++)
            {
                for (int receiver = 0; receiver < ExchangeMessages.Parties; receiver++)
                {
                    int words = _words[sender, witness, receiver];
                    if (words > 0 && IsKept(sender, witness, receiver) && _session.Seats.IsPresent(witness)
                        && _session.Seats.IsPresent(receiver))
                    {
                        journal.Add(Number, sender, witness, receiver, _session.Keys.Statement(
                            Number, sender, witness, receiver, Copy(sender, witness, receiver, words)));
                    }
                }
            }
        }
    }

    public void Release()
    {
        ReleaseIncoming();
        for (int receiver = 0; receiver < ExchangeMessages.Parties; receiver++)
        {
            ReleaseFor(receiver);
        }
    }

    private void Release(ref RingBuffer? buffer)
    {
        if (buffer is not null)
        {
            _session.Pool.Return(buffer);
            buffer = null;
        }
    }

    private bool IsKept(int sender, int witness, int receiver) => sender == _me
        ? _outgoing[receiver] is not null : witness == _me && _witnessed[sender, receiver] is not null;

    private static Memory<byte> Bytes(RingBuffer? buffer, int words) =>
        buffer is null ? default : buffer.Memory[..checked(words * sizeof(ulong))];

    private ReadOnlySpan<byte> Copy(int sender, int witness, int receiver, int words) => sender == _me
        ? Bytes(_outgoing[receiver], MessageWords(_me, receiver)).Span
            .Slice(ChannelOffset(_me, witness, receiver) * sizeof(ulong), words * sizeof(ulong))
        : Bytes(_witnessed[sender, receiver], words).Span;

    private RingBuffer? Rent(int words) => words == 0 ? null : _session.Pool.Rent(words);

    private int ValueWords(int sender, int receiver)
    {
        int words = 0;
        for (int witness = 0; witness < ExchangeMessages.Parties; witness++)
        {
            words = checked(words + _words[sender, witness, receiver]);
        }

        return words;
    }

    private int MessageWords(int from, int to)
    {
        int words = checked(ValueWords(from, to) + (TagCount(from, to) * TagWords));
        return words == 0 && _answers && _session.Seats.IsPresent(from) && _session.Seats.IsPresent(to) ? 1 : words;
    }

    private int TagCount(int witness, int receiver)
    {
        int count = 0;
        for (int sender = 0; sender < ExchangeMessages.Parties; sender++)
        {
            count += _words[sender, witness, receiver] > 0 ? 1 : 0;
        }

        return count;
    }

    /// <summary>A message holds the values of its channels by witness, then the tags by sender.</summary>
    private int ChannelOffset(int sender, int witness, int receiver)
    {
        int offset = 0;
        for (int before = 0; before < witness; before++)
        {
            offset += _words[sender, before, receiver];
        }

        return offset;
    }

    private int TagOffset(int sender, int witness, int receiver)
    {
        int offset = ValueWords(witness, receiver);
        for (int before = 0; before < sender; before++)
        {
            offset += _words[before, witness, receiver] > 0 ? TagWords : 0;
        }

        return offset;
    }

    private void WriteTags(int receiver)
    {
        for (int sender = 0; sender < ExchangeMessages.Parties; sender++)
        {
            int words = _words[sender, _me, receiver];
            if (words > 0)
            {
                Span<byte> tag = Bytes(_outgoing[receiver], MessageWords(_me, receiver)).Span
                    .Slice(TagOffset(sender, _me, receiver) * sizeof(ulong), MessageTag.Bytes);
                MessageTag.Compute(_session.Keys.Tag(receiver), Number, sender, _me, receiver,
                    Bytes(_witnessed[sender, receiver], words).Span, tag);
            }
        }
    }

    private void CheckTag(int sender, int witness)
    {
        int words = _words[sender, witness, _me];
        if (words == 0 || !_session.Seats.IsPresent(witness))
        {
            return;
        }

        ReadOnlySpan<byte> values = Bytes(_incoming[sender], MessageWords(sender, _me)).Span
            .Slice(ChannelOffset(sender, witness, _me) * sizeof(ulong), words * sizeof(ulong));
        ReadOnlySpan<byte> told = Bytes(_incoming[witness], MessageWords(witness, _me)).Span
            .Slice(TagOffset(sender, witness, _me) * sizeof(ulong), MessageTag.Bytes);
        Span<byte> expected = stackalloc byte[MessageTag.Bytes];
        MessageTag.Compute(_session.Keys.Tag(witness), Number, sender, witness, _me, values, expected);
        if (!CryptographicOperations.FixedTimeEquals(told, expected))
        {
            throw _session.Abort(AbortCause.FailedTag, Number, sender, witness,
                _session.Keys.Statement(Number, sender, witness, _me, values));
        }
    }
}

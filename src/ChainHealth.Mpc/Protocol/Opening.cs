using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace ChainHealth.Mpc;

/// <summary>Opening to all parties. Party r lacks share r, which the others hold.</summary>
internal static class Opening
{
    private const int TagWords = MessageTag.Bytes / sizeof(ulong);

    /// <summary>One holder sends, the others vouch by tags: 4 elements, 1 exchange. With four parties one false tag
    /// does no harm, since the other two holders agree; two false tags convict the sender. With three parties the two
    /// holders must agree.</summary>
    public static async ValueTask<ulong[]> OpenAsync(
        MpcSession session, ShareVector x, string what, CancellationToken cancellation)
    {
        session.Record(what, x.Length);
        ulong exchange = session.PeekExchange();
        var messages = new ExchangeMessages { Exchange = exchange };
        var buffers = new List<RingBuffer>(2 * ExchangeMessages.Parties);
        int sender = SenderTo(session, session.Party);
        long payload = 0;
        foreach (int peer in session.Seats.OthersAfter(session.Party))
        {
            bool sends = SenderTo(session, peer) == session.Party;
            payload += sends ? Bytes(x.Length) : 0;
            RingBuffer outgoing = session.Pool.Rent(sends ? x.Length : TagWords);
            RingBuffer incoming = session.Pool.Rent(sender == peer ? x.Length : TagWords);
            buffers.AddRange([outgoing, incoming]);
            WriteMessage(session, x, exchange, peer, sends, outgoing);
            messages.Send(peer, outgoing.Memory[..Bytes(sends ? x.Length : TagWords)]);
            messages.Await(peer, incoming.Memory[..Bytes(sender == peer ? x.Length : TagWords)]);
        }

        Keep(session, x, exchange);
        await session.ExchangeAsync(messages, payload, cancellation);
        Check(session, exchange, messages, x.Length);
        ulong[] opened = Sum(x, MemoryMarshal.Cast<byte, ulong>(messages.Incoming(sender).Span));
        buffers.ForEach(session.Pool.Return);
        return opened;
    }

    /// <summary>All holders send: 12 elements, 1 exchange, and one liar of four can neither change nor withhold the
    /// value. For what is short and must be delivered: coins and verdicts. With three parties the two copies must
    /// agree.</summary>
    public static async ValueTask<ulong[]> OpenByMajorityAsync(
        MpcSession session, ShareVector x, bool bits, string what, CancellationToken cancellation)
    {
        session.Record(what, x.Length);
        ulong exchange = session.PeekExchange();
        var messages = new ExchangeMessages { Exchange = exchange };
        int[] peers = session.Seats.OthersAfter(session.Party);
        foreach (int peer in peers)
        {
            messages.Send(peer, MemoryMarshal.AsBytes(x.Plane(peer)).ToArray());
            messages.Await(peer, new byte[Bytes(x.Length)]);
        }

        Keep(session, x, exchange);
        await session.ExchangeAsync(messages, (long)peers.Length * Bytes(x.Length), cancellation);
        for (int i = 0; i < peers.Length; i++)
        {
            Span<byte> one = messages.Incoming(peers[i]).Span;
            Span<byte> other = messages.Incoming(peers[(i + 1) % peers.Length]).Span;
            if (one.SequenceEqual(other))
            {
                return Sum(x, MemoryMarshal.Cast<byte, ulong>(one), bits);
            }
        }

        throw session.Abort(AbortCause.Opening, exchange, peers[0], peers[1], session.State(
            exchange, peers[0], peers[1], session.Party, messages.Incoming(peers[0]).Span));
    }

    private static int Bytes(int words) => checked(words * sizeof(ulong));

    private static int SenderTo(MpcSession session, int receiver) => session.Seats.OthersAfter(receiver)[0];

    /// <summary>Among three, where the two holders of a share may contradict each other: what this one holds.</summary>
    private static void Keep(MpcSession session, ShareVector x, ulong exchange)
    {
        foreach (int receiver in session.Seats.Absent < 0 ? [] : session.Seats.OthersAfter(session.Party))
        {
            int[] holders = session.Seats.OthersAfter(receiver);
            session.State(
                exchange, holders[0], holders[1], receiver, MemoryMarshal.AsBytes(x.Plane(receiver)));
        }
    }

    private static void WriteMessage(
        MpcSession session, ShareVector x, ulong exchange, int receiver, bool sends, RingBuffer message)
    {
        ReadOnlySpan<ulong> missing = x.Plane(receiver);
        if (sends)
        {
            missing.CopyTo(message.Words(x.Length));
            return;
        }

        MessageTag.Compute(session.Keys.Tag(receiver), exchange, SenderTo(session, receiver), session.Party, receiver,
            MemoryMarshal.AsBytes(missing), MemoryMarshal.AsBytes(message.Words(TagWords)));
    }

    private static void Check(MpcSession session, ulong exchange, ExchangeMessages messages, int words)
    {
        int me = session.Party;
        int sender = SenderTo(session, me);
        int[] witnesses = session.Seats.OthersAfter(me)[1..];
        int agreeing = 0;
        Span<byte> expected = stackalloc byte[MessageTag.Bytes];
        foreach (int witness in witnesses)
        {
            MessageTag.Compute(session.Keys.Tag(witness), exchange, sender, witness, me,
                messages.Incoming(sender).Span[..Bytes(words)], expected);
            bool agrees = CryptographicOperations.FixedTimeEquals(expected, messages.Incoming(witness).Span);
            agreeing += agrees ? 1 : 0;
        }

        if (agreeing == 0)
        {
            ReadOnlySpan<byte> came = messages.Incoming(sender).Span[..Bytes(words)];
            throw witnesses.Length > 1
                ? session.Abort(AbortCause.Opening, exchange, sender, sender)
                : session.Abort(AbortCause.Opening, exchange, sender, witnesses[0],
                    session.State(exchange, sender, witnesses[0], me, came));
        }
    }

    private static ulong[] Sum(ShareVector x, ReadOnlySpan<ulong> missing, bool bits = false)
    {
        ulong[] sum = missing.ToArray();
        foreach (int j in Local.Known(x))
        {
            ReadOnlySpan<ulong> plane = x.Plane(j);
            for (int i = 0; i < sum.Length; i++)
            {
                sum[i] = bits ? sum[i] ^ plane[i] : unchecked(sum[i] + plane[i]);
            }
        }

        return sum;
    }
}

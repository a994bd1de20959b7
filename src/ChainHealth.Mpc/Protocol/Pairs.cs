namespace ChainHealth.Mpc;

/// <summary>The geometry of four-party replicated sharing. Share i is known to all but party i, so the pair {k, l}
/// knows every product of the shares {i, j} that are its complement, and one diagonal besides (SMPC.md 4).</summary>
internal static class Pairs
{
    public const int Count = 6;
    public const int None = -1;

    private static readonly int[,] Index = { { -1, 0, 1, 2 }, { 0, -1, 3, 4 }, { 1, 3, -1, 5 }, { 2, 4, 5, -1 } };
    private static readonly int[] First = [0, 0, 0, 1, 1, 2];
    private static readonly int[] Second = [1, 2, 3, 2, 3, 3];

    // Diagonal 0 goes to {1, 2}, 1 to {2, 3}, 2 to {0, 3}, 3 to {0, 1}: each party has two.
    private static readonly int[] DiagonalOf = [3, None, 2, 0, None, 1];

    // Senders and receivers are chosen so that each party sends and receives one or two of six; every other exchange
    // takes the opposite choice, which evens the load.
    private static readonly int[] SenderOf = [0, 2, 0, 1, 3, 3];
    private static readonly int[] ReceiverOf = [3, 1, 2, 0, 2, 1];

    public static int Of(int a, int b) => Index[a, b];

    public static bool Contains(int pair, int party) => First[pair] == party || Second[pair] == party;

    public static int Diagonal(int pair) => DiagonalOf[pair];

    /// <summary>The two shares that both members know and that nobody else holds together.</summary>
    public static (int I, int J) Complement(int pair) => (First[5 - pair], Second[5 - pair]);

    /// <summary>Who sends, who vouches by a tag, who receives, who is left out.</summary>
    public static PairRoles Roles(int pair, bool turned)
    {
        int sender = SenderOf[pair], receiver = ReceiverOf[pair];
        int witness = First[pair] + Second[pair] - sender;
        (int i, int j) = Complement(pair);
        int outsider = i + j - receiver;
        return turned
            ? new PairRoles(witness, sender, outsider, receiver)
            : new PairRoles(sender, witness, receiver, outsider);
    }

    /// <summary>The same where a seat may be empty: it is made the receiver where it can be, and then nothing is sent.
    /// <see cref="Exchange.Add"/> replaces an absent sender by its witness.</summary>
    public static PairRoles Roles(int pair, bool turned, Seats seats)
    {
        PairRoles roles = Roles(pair, turned);
        return roles.Outsider == seats.Absent
            ? roles with { Receiver = roles.Outsider, Outsider = roles.Receiver } : roles;
    }

    /// <summary>The two terms of a pair's summand of a product x*y: (L0) * R0 + (L1) * R1 with L0 = x[E] (+ x[D] where
    /// the pair owns the diagonal D), R0 = y[D], L1 = x[D], R1 = y[E].</summary>
    public static (int E, int D, bool OwnsDiagonal) Terms(int pair)
    {
        (int i, int j) = Complement(pair);
        int diagonal = DiagonalOf[pair];
        return diagonal == i ? (j, i, true) : (i, j, diagonal == j);
    }
}

/// <param name="Sender">Sends the value.</param>
/// <param name="Witness">Knows it too and vouches for it by a tag.</param>
/// <param name="Receiver">Gets it.</param>
/// <param name="Outsider">Takes no part.</param>
internal readonly record struct PairRoles(int Sender, int Witness, int Receiver, int Outsider);

using System.Net;
using System.Net.Sockets;

namespace ChainHealth.Cli;

/// <summary>TCP ports of this machine that nobody listens on.</summary>
public static class FreePorts
{
    /// <summary>Below the range from which systems take the ports of outgoing connections.</summary>
    private const int First = 20_000;
    private const int Last = 32_000;
    private const int AttemptsMax = 64;

    public static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.ExclusiveAddressUse = true;
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>First of <paramref name="count"/> free ports in a row.</summary>
    /// <exception cref="UserError">None was found.</exception>
    public static int FindRange(int count)
    {
        for (int attempt = 0; attempt < AttemptsMax; attempt++)
        {
            int first = Random.Shared.Next(First, Last - count);
            if (Enumerable.Range(first, count).All(IsFree))
            {
                return first;
            }
        }

        throw UserError.Failure(
            $"no {count} free ports in a row between {First} and {Last}", "stop what uses them and try again");
    }

    /// <exception cref="UserError">Somebody listens on the port.</exception>
    public static void Require(int port, string option)
    {
        if (!IsFree(port))
        {
            throw new UserError($"port {port} is in use", $"choose another, for instance {option} {port + 1}");
        }
    }
}

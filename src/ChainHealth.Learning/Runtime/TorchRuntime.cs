using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace ChainHealth.Learning;

/// <summary>Makes the native library loadable and quiet before anything touches it. Everything in this project that
/// uses torch calls <see cref="Prepare"/> first; a program may call it at its start to fail early.</summary>
public static partial class TorchRuntime
{
    private static readonly Lazy<bool> Prepared = new(Initialise);

    /// <summary>Idempotent and safe from several threads and processes.</summary>
    /// <exception cref="TorchRuntimeException">The native library cannot be made to load; says why and what to do.
    /// </exception>
    public static void Prepare() => _ = Prepared.Value;

    /// <summary>Records from, from + 1, ... as a tensor of size x channels x height x width.</summary>
    internal static Tensor Batch(Records records, int from, int size)
    {
        int elements = records.Shape.Elements;
        float[] values = records.Values.AsSpan(from * elements, size * elements).ToArray();
        return tensor(values, [size, records.Shape.Channels, records.Shape.Height, records.Shape.Width]);
    }

    private static bool Initialise()
    {
        if (OperatingSystem.IsLinux())
        {
            // Several trainers share a machine: the thread pool of OpenMP spins and starves them. The variable must be
            // set for the C library: .NET's own copy of the environment is not seen by native code.
            SetEnvironment("OMP_NUM_THREADS", "1", 1);
            SetEnvironment("MKL_NUM_THREADS", "1", 1);
            LibTorchSharpPatch.Apply(AppContext.BaseDirectory);
        }

        Start();
        return true;
    }

    // Apart, so that no torch type is loaded before the patch.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Start()
    {
        try
        {
            set_num_threads(1);
            set_num_interop_threads(1);
        }
        catch (Exception fault) when (fault is NotSupportedException or TypeInitializationException
            or DllNotFoundException)
        {
            // The loader's message lists every place that it tried; its first line says what is wrong.
            string reason = fault.GetBaseException().Message.Split('\n')[0];
            throw new TorchRuntimeException(
                $"the training library does not load from {AppContext.BaseDirectory}: {reason}", fault);
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}

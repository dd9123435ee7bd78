package dev.muster.soak;

import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.nio.charset.StandardCharsets;
import java.security.ProtectionDomain;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.utility.OpenedClassReader;

/**
 * A Java agent that makes a JVM's clock wrong: whoever reads {@code System.currentTimeMillis} or
 * the clock behind {@code Instant.now} gets a time that is off by the agent's argument, in
 * milliseconds. {@link System#nanoTime()} stays as it is.
 *
 * <p>The two are native, so their callers are changed: the skew is added to what they return.
 */
public final class SkewAgent {
  private SkewAgent() {}

  /** What the JVM calls before {@code main}. */
  public static void premain(String millis, Instrumentation jvm) throws UnmodifiableClassException {
    jvm.addTransformer(new Skewed(Long.parseLong(millis)), true);
    Class<?>[] loaded =
        Arrays.stream(jvm.getAllLoadedClasses())
            .filter(
                c -> c.getName().startsWith("java.time.") || c.getName().startsWith("java.util."))
            .filter(jvm::isModifiableClass)
            .toArray(Class<?>[]::new);
    jvm.retransformClasses(loaded);
  }

  private static final class Skewed implements ClassFileTransformer {
    private static final String MILLIS = "currentTimeMillis";
    private static final String NANOS = "getNanoTimeAdjustment";

    private final long millis;

    Skewed(long millis) {
      this.millis = millis;
    }

    @Override
    public byte[] transform(
        ClassLoader loader, String name, Class<?> redefined, ProtectionDomain domain, byte[] code) {
      String text = new String(code, StandardCharsets.ISO_8859_1);
      if (!text.contains(MILLIS) && !text.contains(NANOS)) {
        return null;
      }
      ClassReader reader = OpenedClassReader.of(code);
      ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
      reader.accept(new Callers(writer), 0);
      return writer.toByteArray();
    }

    private final class Callers extends ClassVisitor {
      Callers(ClassVisitor next) {
        super(OpenedClassReader.ASM_API, next);
      }

      @Override
      public MethodVisitor visitMethod(
          int access, String name, String descriptor, String signature, String[] exceptions) {
        MethodVisitor next = super.visitMethod(access, name, descriptor, signature, exceptions);
        return new MethodVisitor(OpenedClassReader.ASM_API, next) {
          @Override
          public void visitMethodInsn(
              int opcode, String owner, String called, String type, boolean isInterface) {
            super.visitMethodInsn(opcode, owner, called, type, isInterface);
            if (owner.equals("java/lang/System") && called.equals(MILLIS)) {
              add(millis);
            } else if (owner.equals("jdk/internal/misc/VM") && called.equals(NANOS)) {
              add(TimeUnit.MILLISECONDS.toNanos(millis));
            }
          }

          private void add(long skew) {
            visitLdcInsn(skew);
            visitInsn(Opcodes.LADD);
          }
        };
      }
    }
  }
}

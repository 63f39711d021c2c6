package android.os

/** The framework's own is native. Its listeners are binders, and as such nothing but handed over here. */
abstract class Binder : IBinder {
    fun attachInterface(owner: IInterface?, descriptor: String?) = Unit

    fun markVintfStability() = Unit
}
